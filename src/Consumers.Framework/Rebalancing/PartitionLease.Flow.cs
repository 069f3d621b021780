using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Rebalancing;

/// <summary>What the poll thread needs to know for flow control, positions and snapshots.</summary>
internal sealed partial class PartitionLease
{
    private long _highWatermark = Offset.Unset;
    private bool _spaceWanted;
    private bool _lowWanted;

    private static readonly TimeSpan ClockMayLag = TimeSpan.FromMilliseconds(20);

    /// <summary>Why fetching is paused, as the poll thread left it.</summary>
    public PauseReason Paused { get; set; }

    /// <summary>Whether no more should be received.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                var buffer = _environment.Settings.Options.Buffer;
                return QueuedLocked >= buffer.MaxRecords || _heldBytes >= buffer.MaxBytes || _commits.HoldsFetching;
            }
        }
    }

    /// <summary>Whether a paused partition should be fetched again: a quarter of the buffer is left. The wide gap keeps pauses rare.</summary>
    public bool IsLow
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return IsLowLocked;
            }
        }
    }

    private bool IsLowLocked
    {
        get
        {
            var buffer = _environment.Settings.Options.Buffer;
            return QueuedLocked <= buffer.MaxRecords / 4 && _heldBytes <= buffer.MaxBytes / 4 && !_commits.HoldsFetching;
        }
    }

    /// <summary>Poll thread: the lanes may free up within milliseconds; signal when half of the buffer is free.</summary>
    /// <returns>False when there is space already.</returns>
    public bool WantSpace()
    {
        lock (_gate)
        {
            _spaceWanted = IsFull;
            return _spaceWanted;
        }
    }

    /// <summary>Poll thread: the partition is held, so wake the poll when a quarter of the buffer is left: nothing else may come to wake it.</summary>
    public void WakeWhenLow()
    {
        lock (_gate)
        {
            _lowWanted = true;
            SignalSpaceLocked();
        }
    }

    private void SignalSpaceLocked()
    {
        if (State == LeaseState.Closed)
        {
            // A handler that ignored its token may return when the worker, and what it waits with, is gone.
            return;
        }

        if (_lowWanted && IsLowLocked)
        {
            _lowWanted = false;
            _environment.WakePoll();
        }

        if (_spaceWanted && QueuedLocked <= _environment.Settings.Options.Buffer.MaxRecords / 2)
        {
            _spaceWanted = false;
            _environment.SpaceFreed.Set();
        }
    }

    /// <summary>The offset after the last record that was received; null before the first.</summary>
    public long? Position
    {
        get
        {
            lock (_gate)
            {
                return _tracker.HasWatermark ? _tracker.Position : null;
            }
        }
    }

    /// <summary>Whether everything that was received is final.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return _tracker.Outstanding == 0;
            }
        }
    }

    /// <summary>How many records the last poll brought. Poll thread.</summary>
    public int LastReceivedCount { get; private set; }

    /// <summary>Poll thread: the client's position and the partition's end.</summary>
    public void Observe(long? position, long? highWatermark)
    {
        bool progress;
        lock (_gate)
        {
            CollectLocked();
            RefreshClocksLocked(_environment.Time.GetTimestamp());
            _highWatermark = highWatermark ?? _highWatermark;
            if (position is not { } value)
            {
                return;
            }

            value = UpToEnd(value);
            if (State != LeaseState.Open || _tracker.Outstanding > 0)
            {
                return;
            }

            // Everything received is handled: what the client passed without a record (a transaction's marker) is not to come any more.
            _tracker.Pass(value);
            progress = _commits.Committable is not null;
        }

        if (progress)
        {
            Progress(false);
        }
    }

    public PartitionSnapshot GetSnapshot()
    {
        // Before the lock: the locks of two leases are never held together.
        var predecessor = _predecessor?.GetSnapshot();
        var now = _environment.Time.GetTimestamp();
        lock (_gate)
        {
            CollectLocked();
            RefreshClocksLocked(now);
            var oldest = _lanes.Where(static lane => lane.Phase == LanePhase.Handling).MinBy(static lane => lane.StartedAt);
            var failing = _lanes.Where(static lane => lane.Failing is not null).MinBy(static lane => lane.Offset);
            var standing = _lanes.Where(static lane => lane.Standing is not null && lane.Queue.Count > 0).MinBy(static lane => lane.NextOffset);
            var end = _highWatermark >= 0 ? Math.Max(_highWatermark, _tracker.HasWatermark ? _tracker.Position : 0) : (long?)null;
            return new PartitionSnapshot
            {
                TopicPartition = TopicPartition,
                State = Describe(failing, standing),
                Position = _tracker.HasWatermark ? _tracker.Position : null,
                Committed = _commits.Acknowledged,
                HighWatermark = end,
                Lag = end is { } high && _tracker.HasWatermark ? Math.Max(0, Math.Min(high, _end) - _tracker.Watermark) : null,
                InFlight = _inFlight,
                Buffered = QueuedLocked,
                OldestInFlightOffset = oldest?.Offset ?? predecessor?.OldestInFlightOffset,
                OldestInFlightAge = oldest is null ? predecessor?.OldestInFlightAge ?? TimeSpan.Zero : _environment.Time.GetElapsedTime(oldest.StartedAt, now),
                OldestInFlightCancelledFor = oldest is null ? predecessor?.OldestInFlightCancelledFor : oldest.CancelledFor(now),
                Failing = failing?.Failing?.ToRecord(failing.Offset, _environment.Time, now),
                HeldAt = Hold?.Offset ?? standing?.NextOffset,
                HeldBecause = Hold?.Reason ?? standing?.Standing,
            };
        }
    }

    /// <summary>
    /// A lane that was quick looks at the clock for every sixteenth record only. If one of them then takes long, the next ones would look as
    /// old as that one: so whoever asks for ages makes the lane look again before the next record.
    /// </summary>
    private void RefreshClocksLocked(long now)
    {
        foreach (var lane in _lanes)
        {
            if (lane.Phase == LanePhase.Handling && _environment.Time.GetElapsedTime(lane.StartedAt, now) > ClockMayLag)
            {
                lane.Interrupt();
            }
        }
    }

    private PartitionState Describe(Lane? failing, Lane? standing) =>
        State == LeaseState.Draining ? PartitionState.Draining
        : _predecessor is not null ? PartitionState.WaitingForHandler
        : Hold is { } hold ? hold.State
        : standing is not null ? PartitionState.Stalled
        : failing is { Failing.HasNoHandler: true } ? PartitionState.NoHandler
        : failing is { Phase: LanePhase.Blocked } or { Failing.Blocked: true } ? PartitionState.Blocked
        : failing is not null ? PartitionState.Retrying
        : Paused.HasFlag(PauseReason.Command) ? PartitionState.Paused
        : Paused.HasFlag(PauseReason.BackPressure) ? PartitionState.BackPressure
        : PartitionState.Running;
}
