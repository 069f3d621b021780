using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Offsets;

namespace Consumers.Framework.Rebalancing;

/// <summary>What a lease tells and hears about its offsets.</summary>
internal sealed partial class PartitionLease
{
    private readonly List<(long NextOffset, TaskCompletionSource Done)> _commitRequests = [];

    /// <summary>What the committer knows of this lease.</summary>
    public CommitTicket Ticket { get; } = new();

    /// <summary>Whether somebody waits for a commit of this lease.</summary>
    public bool CommitIsUrgent
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return State != LeaseState.Closed && _commits.Urgent;
            }
        }
    }

    /// <summary>The committed offset: the one that the lease started at, or the last that the broker acknowledged; null when neither is known.</summary>
    public long? Committed
    {
        get
        {
            lock (_gate)
            {
                return _commits.Acknowledged;
            }
        }
    }

    /// <summary>Whether something is handled and neither committed nor given up.</summary>
    public bool HasUncommitted => PeekPoint() is not null;

    /// <summary>Whether the partition has a committed offset.</summary>
    public bool HasCommitted
    {
        get
        {
            lock (_gate)
            {
                return _commits.Acknowledged is not null;
            }
        }
    }

    /// <summary>Committer: what to commit now, noted as sent; null when there is nothing, or the lease is closed.</summary>
    public CommitPoint? TakePoint()
    {
        lock (_gate)
        {
            CollectLocked();
            var point = PointLocked();
            if (point is not null)
            {
                _commits.Sent();
            }

            return point;
        }
    }

    /// <summary>How many lanes wait for a commit; without the lock, so that it is no more than a hint.</summary>
    public int ParkedLanes
    {
        get
        {
            var parked = 0;
            foreach (var lane in _lanes)
            {
                parked += lane.Parked ? 1 : 0;
            }

            return parked;
        }
    }

    /// <summary>Committer: the broker acknowledged. A lease that was closed meanwhile does not care.</summary>
    /// <returns>How many lanes waited for that and go on.</returns>
    public int Acknowledge(long nextOffset)
    {
        var freed = 0;
        lock (_gate)
        {
            if (State == LeaseState.Closed)
            {
                return 0;
            }

            _commits.Acknowledge(nextOffset);
            foreach (var lane in _lanes)
            {
                if (lane.Parked)
                {
                    freed++;
                    ScheduleLocked(lane);
                }
            }

            for (var index = _commitRequests.Count - 1; index >= 0; index--)
            {
                if (_commitRequests[index].NextOffset <= nextOffset)
                {
                    _commitRequests[index].Done.TrySetResult();
                    _commitRequests.RemoveAt(index);
                }
            }
        }

        return freed;
    }

    /// <summary>Committer: the broker did not acknowledge. What is not acknowledged stays to be committed, while the lease is open.</summary>
    public void Refused()
    {
        lock (_gate)
        {
            _commits.Refused();
            if (State == LeaseState.Draining)
            {
                LimitDrainLocked();
            }
        }

        PulseIfDrained();
    }

    /// <summary>Handler, strategy Manual: commit up to this record, and wait for the broker's answer.</summary>
    public Task RequestCommitAsync(long sequence, long nextOffset)
    {
        if (_commits is not ManualCommitGate manual)
        {
            throw new InvalidOperationException($"CommitAsync needs Commit:Strategy Manual; consumer '{_environment.Settings.Name}' uses {_environment.Settings.Options.Commit.Strategy}.");
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (State == LeaseState.Closed)
            {
                return Task.FromException(CommitFailed(nextOffset, "the partition was taken away"));
            }

            CollectLocked();

            // The handler says that its record is done before it returns: it is not repeated after a crash from here on.
            _tracker.Complete(sequence);
            if (manual.Request(sequence, nextOffset) is not { } awaited)
            {
                return Task.CompletedTask;
            }

            _commitRequests.Add((awaited, done));
        }

        Progress(true);
        return done.Task;
    }

    /// <summary>
    /// Says that there is something to commit, or (urgent) that somebody waits for it. Called for every record: one read while the
    /// committer knows already.
    /// </summary>
    private void Progress(bool urgent)
    {
        if (Ticket.Need < (urgent ? CommitNeed.Urgent : CommitNeed.Progress))
        {
            _environment.Progress(this, urgent);
        }
    }

    private CommitPoint? PeekPoint()
    {
        lock (_gate)
        {
            CollectLocked();
            return PointLocked();
        }
    }

    private CommitPoint? PointLocked() =>
        State != LeaseState.Closed && (State == LeaseState.Open || _commits.CommitsWhenDrained) && _commits.Committable is { } next
            ? new CommitPoint(this, next, next > _tracker.Watermark ? OffsetTracker.NoLeaderEpoch : _tracker.LeaderEpoch)
            : null;

    private void FailCommitRequests(CloseReason reason)
    {
        foreach (var (nextOffset, done) in _commitRequests)
        {
            done.TrySetException(CommitFailed(nextOffset, $"the partition was {(reason == CloseReason.Lost ? "lost" : "revoked")}"));
        }

        _commitRequests.Clear();
    }

    private CommitFailedException CommitFailed(long nextOffset, string reason) =>
        new(new TopicPartitionOffset(TopicPartition, nextOffset), reason);
}
