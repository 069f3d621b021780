using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>
/// What a client's membership of its group has come to, where no callback tells it. The committer's thread reports its end; all else
/// belongs to the poll thread.
/// </summary>
internal sealed class Membership(WorkerScope scope, IRecordSource source, LeaseTable leases)
{
    private MembershipEnd? _end;
    private string? _memberId;
    private List<TopicPartition> _retained = [];
    private bool _wasMember;

    /// <summary>Committer's thread: an answer said that the partitions are not ours any more. Dispatch stops at once; the loop sees to the rest.</summary>
    public void OnEnded(CommitVerdict verdict, Error error)
    {
        Log.MembershipEnded(scope.Logger, scope.Consumer, scope.Index, error.Code, error.Reason, verdict);
        foreach (var lease in leases.All)
        {
            lease.Close(CloseReason.Lost);
        }

        Volatile.Write(ref _end, new MembershipEnd(verdict, error, scope.Time.GetTimestamp()));
    }

    /// <summary>
    /// Inside the poll, before the leases of the partitions are opened: the group has given what it gives. Without a member id it has not: the
    /// client finishes the round in which it was put out, and joins again after that.
    /// </summary>
    public void Assigned(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (source.MemberId is not { Length: > 0 } id)
        {
            return;
        }

        // Taken and forgotten in one step. The committer closes the leases before it says so: when it says so after this, the end stays, and
        // the client is replaced unless another assignment comes.
        var end = Interlocked.Exchange(ref _end, null);

        // A broker may take a member back under the id that it has just refused; the leases are closed all the same.
        if (_memberId is not null && (_memberId != id || end is not null))
        {
            _retained = [.. leases.All.Select(static lease => lease.TopicPartition).Except(partitions)];
        }

        _memberId = id;
    }

    /// <summary>Inside the poll: the client knows that it was no member, and gives everything up.</summary>
    public void Lost() => _end = null;

    /// <summary>
    /// After the poll: partitions that the client has kept across two memberships, without a word. The group puts a member out in the middle
    /// of a cooperative rebalance; the client learns it from a heartbeat or a commit, does nothing about it as it is rebalancing, joins anew
    /// as the owner of what it has left, and may be left in possession. Others may have had the partitions meanwhile.
    /// </summary>
    public IReadOnlyCollection<TopicPartition> RetainedAfterRejoin()
    {
        if (_retained.Count == 0)
        {
            return [];
        }

        // One that was taken in the same poll is not among the leases any more.
        List<TopicPartition> kept = [.. _retained.Where(partition => leases.Find(partition) is not null)];
        _retained = [];
        if (kept.Count > 0)
        {
            Log.Rejoined(scope.Logger, scope.Consumer, scope.Index, kept.Count, new PartitionNames(kept));
        }

        return kept;
    }

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

        if (end.Verdict == CommitVerdict.Fenced || scope.Time.GetElapsedTime(end.At) > scope.Options.EffectiveSessionTimeout)
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
        if (scope.Options.GroupProtocol != Configuration.GroupProtocol.Consumer || scope.Status.State != WorkerState.Starting)
        {
            return;
        }

        if (_wasMember)
        {
            scope.Status.Owns(leases.All.Count);
        }

        _wasMember = source.IsMember;
    }

    private sealed record MembershipEnd(CommitVerdict Verdict, Error Error, long At);
}
