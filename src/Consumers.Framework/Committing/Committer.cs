using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Committing;

/// <summary>
/// Sends the offset commits of one worker, one at a time, from a thread of its own. What becomes committable while one is in flight
/// rides in the next. Sources say that there is something by <see cref="Signal"/>; the poll thread flushes before it lets partitions go.
/// </summary>
/// <remarks>
/// The thread blocks in the client until the broker answers. Past every deadline it is left there: it is a background thread, and a
/// commit whose outcome is unknown must not be followed by another. Everything that a round needs is made once: a commit that succeeds
/// allocates nothing, whatever the number of its partitions.
/// </remarks>
internal sealed class Committer : IDisposable
{
    private readonly IOffsetCommitter _client;
    private readonly WorkerScope _scope;
    private readonly DrainSignal _drained;
    private readonly Action<CommitVerdict, Error> _membershipEnded;
    private readonly CommitSchedule _schedule;
    private readonly CommitGathering _gathering;
    private readonly CommitReply _reply = new();
    private readonly CommitRound _round = new();
    private readonly List<ICommitSource> _due = [];
    private readonly List<CommitPoint> _points = [];
    private volatile CommitFailure? _failure;
    private int _rejectedInARow;

    private static readonly TimeSpan UnansweredCountsAsFailing = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseOfRejected = TimeSpan.FromMilliseconds(100);

    /// <param name="client">Commits.</param>
    /// <param name="scope">The worker.</param>
    /// <param name="drained">Told when something was committed that a drain may wait for.</param>
    /// <param name="membershipEnded">Told when an answer says that the partitions are not ours any more (lost or fenced). Called by the committer's thread.</param>
    public Committer(IOffsetCommitter client, WorkerScope scope, DrainSignal drained, Action<CommitVerdict, Error> membershipEnded)
    {
        _client = client;
        _scope = scope;
        _drained = drained;
        _membershipEnded = membershipEnded;
        _schedule = new CommitSchedule(scope.Settings.CommitInterval, scope.Time);
        _gathering = new CommitGathering(scope.Time);
        new Thread(Run) { IsBackground = true, Name = $"{scope.Consumer}/{scope.Index} commit" }.UnsafeStart();
    }

    /// <summary>Whether a commit is sent and not answered. Any thread.</summary>
    public bool IsInFlight => _schedule.InFlightSince is not null;

    /// <summary>Any thread: a source has something to commit, or (urgent) somebody waits for it. Rules: <see cref="CommitSchedule.Signal"/>.</summary>
    public void Signal(ICommitSource source, bool urgent) => _schedule.Signal(source, urgent);

    /// <summary>Poll thread: commits what the sources have handled, retrying what a rebalance defers.</summary>
    /// <returns>False when the time was too short; then a commit may still be in flight.</returns>
    public bool Flush(IReadOnlyCollection<ICommitSource> sources, TimeSpan timeout)
    {
        _schedule.BeginFlush(sources);
        try
        {
            return _drained.Wait(() => !IsInFlight && !sources.Any(static source => source.HasUncommitted), timeout);
        }
        finally
        {
            _schedule.EndFlush();
        }
    }

    /// <summary>For how long commits have been failing or unanswered, of one partition at least; null when they are not. Any thread.</summary>
    public TimeSpan? FailingFor
    {
        get
        {
            var unanswered = _schedule.InFlightSince is { } sentAt ? _scope.Time.GetElapsedTime(sentAt) : TimeSpan.Zero;
            return _failure is { } failure ? _scope.Time.GetElapsedTime(failure.Since)
                : unanswered > UnansweredCountsAsFailing ? unanswered
                : null;
        }
    }

    /// <summary>Why commits fail; null when they do not. Any thread.</summary>
    public string? LastError => _failure?.ToString() ?? (FailingFor is null ? null : "the broker does not answer");

    /// <summary>Poll thread, when the sources are closed: waits for the answer to what is still in flight.</summary>
    /// <returns>False when it has not come; then the client may not be closed.</returns>
    public bool WaitForAnswer(TimeSpan timeout) => _drained.Wait(() => !IsInFlight, timeout);

    /// <summary>Ends the thread after the commit in flight, if its answer ever comes.</summary>
    public void Dispose() => _schedule.Stop();

    private void Run()
    {
        while (_schedule.WaitForDue(_due))
        {
            _round.Begin();
            TakePoints();
            if (_points.Count > 0)
            {
                if (!TrySend())
                {
                    return;
                }

                Settle();
            }

            UpdateFailure();
            _schedule.Answered();
            _drained.Pulse();
            _gathering.Wait(_round.FreedLanes, _points, _round.Duration);
        }
    }

    private void TakePoints()
    {
        _points.Clear();
        foreach (var source in _due)
        {
            if (source.NextCommit() is { } point)
            {
                _points.Add(point);
            }
            else
            {
                // Closed, or nothing is left to commit: what was refused of it is over.
                source.Ticket.Backoff = null;
            }
        }
    }

    /// <returns>False when the answer never comes: nothing may be sent after that, and the commit stays in flight for ever.</returns>
    private bool TrySend()
    {
        var sentAt = _scope.Time.GetTimestamp();
        _schedule.Sent(sentAt);
        _reply.Begin(_points.Count);
        try
        {
            if (!_client.Commit(_points, _reply))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            // Whatever a client throws, this thread may not end: nothing would be committed any more, and the process would go with it.
            _reply.RefuseAll(exception is KafkaException { Error: { } known } ? known : new Error(ErrorCode.Local_Fail, ExceptionText.MessageOf(exception)));
        }

        var now = _scope.Time.GetTimestamp();
        _round.Duration = _scope.Time.GetElapsedTime(sentAt, now);
        for (var index = 0; index < _points.Count; index++)
        {
            if (_reply.RefusalOf(index) is { } error)
            {
                Refused(_points[index], error, now);
            }
            else
            {
                _points[index].Source.Ticket.Backoff = null;
                _round.Accept(_points[index].Source.Acknowledge(_points[index].NextOffset));
            }
        }

        _scope.Metrics.Committed(_round.Duration, _points.Count, _reply.FirstRefusal?.Code.ToString());
        return true;
    }

    private void Refused(in CommitPoint point, Error error, long now)
    {
        var verdict = CommitVerdicts.Of(error);
        _round.Refuse(verdict, error, point);
        point.Source.Refused();
        switch (verdict)
        {
            case CommitVerdict.Deferred:
                (point.Source.Ticket.Backoff ??= new CommitBackoff(now)).Deferred(error, now);
                _schedule.Return(point.Source);
                break;

            case CommitVerdict.Failed:
                var backoff = point.Source.Ticket.Backoff ??= new CommitBackoff(now);
                backoff.Failed(error, now);
                backoff.IsAlone |= _reply.IsWhole && _points.Count > 1 && CommitVerdicts.MayBeOfOnePartition(error);
                _schedule.Return(point.Source);
                break;
        }
    }

    private void Settle()
    {
        var now = _scope.Time.GetTimestamp();
        _rejectedInARow = _round.Accepted > 0 ? 0 : _rejectedInARow + 1;
        if (_round.Worst == CommitVerdict.Deferred)
        {
            Log.CommitDeferred(_scope.Logger, _scope.Consumer, _scope.Index, _round.Refused, _round.Error!.Code);
        }

        if (_round.Accepted == 0 && _round.Worst == CommitVerdict.Deferred)
        {
            // A rebalance is the whole worker's: what other sources have to commit would be deferred as well.
            _schedule.Pause(CommitBackoff.DeferredDelay, now);
        }
        else if (_rejectedInARow > 1)
        {
            // The broker accepts nothing, so it is not a matter of one partition: fresh progress may not make a request each.
            _schedule.Pause(PauseOfRejected, now);
        }

        if (_round.NewlyFailing is { } point)
        {
            Log.CommitFailed(
                _scope.Logger, _scope.Consumer, _scope.Index, point.Source.TopicPartition.Topic,
                point.Source.TopicPartition.Partition.Value, point.NextOffset, _round.Refused, _round.NewError!.Code, _round.NewError.Reason);
        }

        if (_round.EndsMembership)
        {
            _membershipEnded(_round.Worst, _round.Error!);
        }
    }

    private void UpdateFailure()
    {
        var before = _failure;
        if (before is null && _round.Refused == 0)
        {
            return;
        }

        _failure = _schedule.Failure();
        if (before is { IsFailing: true } && _failure is not { IsFailing: true } && _round.Accepted > 0)
        {
            Log.CommitsRecovered(_scope.Logger, _scope.Consumer, _scope.Index, _scope.Time.GetElapsedTime(before.Since));
        }
    }
}
