using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Rebalancing;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// What a client's membership of its group has come to, where no callback tells it. The committer's thread reports its end; all else
/// belongs to the poll thread.
/// </summary>
internal sealed class Membership(
    ConsumerSettings settings, int worker, IRecordSource source, LeaseTable leases, WorkerStatus status, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan DefaultSession = TimeSpan.FromSeconds(45);

    private MembershipEnd? _end;
    private bool _wasMember;

    /// <summary>Committer's thread: an answer said that the partitions are not ours any more. Dispatch stops at once; the loop sees to the rest.</summary>
    public void OnEnded(CommitVerdict verdict, Error error)
    {
        Log.MembershipEnded(logger, settings.Name, worker, error.Code, error.Reason, verdict);
        foreach (var lease in leases.All)
        {
            lease.Close(CloseReason.Lost);
        }

        Volatile.Write(ref _end, new MembershipEnd(verdict, error, time.GetTimestamp()));
    }

    /// <summary>The group has called back: the client is a member again, or knows that it was none.</summary>
    public void CalledBack() => _end = null;

    /// <summary>
    /// A fenced member gets no callback and goes on receiving, so it is stopped here. After a lost membership the client rejoins and
    /// calls back; when it does not within the session timeout, it is replaced.
    /// </summary>
    /// <param name="read">The reading of explicit partitions, which is no membership and never calls back; null for a subscription.</param>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    /// <exception cref="ReadRefusedException">The group has members, so that explicit partitions cannot be committed.</exception>
    public void ThrowIfEnded(ExplicitRead? read)
    {
        if (Volatile.Read(ref _end) is not { } end)
        {
            return;
        }

        if (read is not null && end.Verdict == CommitVerdict.Lost)
        {
            throw read.Refused(end.Error);
        }

        if (end.Verdict == CommitVerdict.Fenced || time.GetElapsedTime(end.At) > (settings.Options.SessionTimeout ?? DefaultSession))
        {
            throw new ClientFailedException(end.Error);
        }
    }

    /// <summary>
    /// Once a second. KIP-848 calls nobody back for a member that gets no partition: one that the group took in a second ago and that owns
    /// nothing stands by.
    /// </summary>
    public void Observe()
    {
        if (settings.Options.GroupProtocol != Configuration.GroupProtocol.Consumer || status.State != WorkerState.Starting)
        {
            return;
        }

        if (_wasMember)
        {
            status.Owns(leases.All.Count);
        }

        _wasMember = source.IsMember;
    }

    private sealed record MembershipEnd(CommitVerdict Verdict, Error Error, long At);
}
