using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Leases;

/// <summary>What is seen of a lease from outside.</summary>
internal sealed partial class PartitionLease
{
    private long _highWatermark = Offset.Unset;

    /// <summary>The offset after the last record that was received; null before the first.</summary>
    public long? Position
    {
        get
        {
            lock (_lock)
            {
                return Commits.Position;
            }
        }
    }

    /// <summary>Whether everything that was received is final.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                Lanes.Collect();
                return Commits.Offsets.Outstanding == 0;
            }
        }
    }

    /// <summary>Where a later lease of the same partition goes on; null when it is to begin where this one began.</summary>
    public long? ResumeOffset
    {
        get
        {
            lock (_lock)
            {
                Lanes.Collect();
                return _environment.Scope.Settings.Commits ? Commits.Strategy.Acknowledged : Commits.Watermark;
            }
        }
    }

    /// <summary>Everything received is final and nothing more comes: what lies between the last record and the end of the read is not to come any more.</summary>
    public void PassEnd() => Observe(_end, highWatermark: null);

    /// <summary>Poll thread: the client's position and the partition's end.</summary>
    public void Observe(long? position, long? highWatermark)
    {
        bool progress;
        lock (_lock)
        {
            Lanes.Collect();
            Lanes.Inspector.RefreshClocks(_environment.Scope.Time.GetTimestamp());
            _highWatermark = highWatermark ?? _highWatermark;
            if (position is not { } value)
            {
                return;
            }

            value = Assigned.UpToEnd(value);
            if (State != LeaseState.Open || Commits.Offsets.Outstanding > 0)
            {
                return;
            }

            // Everything received is handled: what the client passed without a record (a transaction's marker) is not to come any more.
            Commits.Offsets.Pass(value);
            progress = Commits.Strategy.Committable is not null;
        }

        if (progress)
        {
            Commits.Signal(urgent: false);
        }
    }

    public PartitionSnapshot GetSnapshot()
    {
        // Before the lock: the locks of two leases are never held together.
        var predecessor = _predecessor?.GetSnapshot();
        var now = _environment.Scope.Time.GetTimestamp();
        lock (_lock)
        {
            Lanes.Collect();
            Lanes.Inspector.RefreshClocks(now);
            var oldest = Lanes.Inspector.Oldest;
            var failing = Lanes.Inspector.Failing;
            var standing = Lanes.Inspector.Standing;
            var end = _highWatermark >= 0 ? Math.Max(_highWatermark, Commits.Position ?? 0) : (long?)null;
            return new PartitionSnapshot
            {
                TopicPartition = TopicPartition,
                State = Describe(failing, standing),
                Position = Commits.Position,
                Committed = Commits.Strategy.Acknowledged,
                HighWatermark = end,
                Lag = end is { } high && Commits.Offsets.HasWatermark ? Math.Max(0, Math.Min(high, _end) - Commits.Offsets.Watermark) : null,
                InFlight = Lanes.InFlight,
                Buffered = Lanes.Queued,
                OldestInFlightOffset = oldest?.Queue.Offset ?? predecessor?.OldestInFlightOffset,
                OldestInFlightAge = oldest is null ? predecessor?.OldestInFlightAge ?? TimeSpan.Zero : _environment.Scope.Time.GetElapsedTime(oldest.StartedAt, now),
                OldestInFlightCancelledFor = oldest is null ? predecessor?.OldestInFlightCancelledFor : oldest.CancelledFor(now),
                Failing = failing?.Recovery.Failing?.ToRecord(failing.Queue.Offset, _environment.Scope.Time, now),
                HeldAt = Assigned.Hold?.Offset ?? standing?.Queue.NextOffset,
                HeldBecause = Assigned.Hold?.Reason ?? standing?.Standing.Reason,
            };
        }
    }

    private PartitionState Describe(Lane? failing, Lane? standing) =>
        State == LeaseState.Draining ? PartitionState.Draining
        : _predecessor is not null ? PartitionState.WaitingForHandler
        : Assigned.Hold is { } hold ? hold.State
        : standing is not null ? PartitionState.Stalled
        : failing is { Recovery.Failing.HasNoHandler: true } ? PartitionState.NoHandler
        : failing is { Queue.Phase: LanePhase.Blocked } or { Recovery.Failing.Blocked: true } ? PartitionState.Blocked
        : failing is not null ? PartitionState.Retrying
        : Assigned.Paused.HasFlag(PauseReason.Command) ? PartitionState.Paused
        : Assigned.Paused.HasFlag(PauseReason.BackPressure) ? PartitionState.BackPressure
        : PartitionState.Running;
}
