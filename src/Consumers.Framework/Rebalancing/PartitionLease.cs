using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Offsets;
using Consumers.Framework.Records;

namespace Consumers.Framework.Rebalancing;

/// <summary>
/// One assignment of one partition: its lanes, its offsets and its right to commit. A record belongs to the lease it was received
/// under; when the partition comes back, that is a new lease with a new epoch. Everything mutable is guarded by <see cref="_gate"/>;
/// the poll thread receives, drains and closes, handler threads take and complete, the committer commits.
/// </summary>
internal sealed partial class PartitionLease
{
    private readonly object _gate = new();
    private readonly LeaseEnvironment _environment;
    private readonly OffsetTracker _tracker = new();
    private readonly CommitGate _commits;
    private readonly Lane[] _lanes;
    private int _queued;
    private long _heldBytes;
    private int _inFlight;
    private long _highestStarted = long.MinValue;
    private long _drainLimit = long.MaxValue;
    private bool _drainFailed;
    private long _handled;

    public PartitionLease(TopicPartition topicPartition, long epoch, LeaseEnvironment environment)
    {
        TopicPartition = topicPartition;
        Epoch = epoch;
        _environment = environment;
        _commits = CommitGate.Create(environment.Settings, _tracker, environment.Time);
        _lanes = new Lane[LaneSelector.LaneCount(environment.Settings.Options)];
        for (var index = 0; index < _lanes.Length; index++)
        {
            _lanes[index] = new Lane(this, environment.Lanes);
        }
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>Grows with every assignment of the worker.</summary>
    public long Epoch { get; }

    public LeaseState State { get; private set; }

    /// <summary>Records whose outcome is final.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Poll thread: takes over the records of one poll, in offset order.</summary>
    public void Receive(ReadOnlySpan<FetchedRecord> records)
    {
        lock (_gate)
        {
            if (State != LeaseState.Open)
            {
                ReleaseAll(records);
                return;
            }

            LastReceivedCount = records.Length;
            _commits.BatchReceived(records[0].Offset, records[^1].Offset + 1);
            foreach (ref readonly var record in records)
            {
                var lane = LaneSelector.Select(_lanes, record, _environment.Reader, _environment.Settings.Options.Ordering);
                lane.Queue.Enqueue(new QueuedRecord(record, _tracker.Receive(record.Offset, record.LeaderEpoch)));
                _queued++;
                _heldBytes += record.Size;
                ScheduleLocked(lane);
            }
        }
    }

    /// <summary>Handler thread: the lane's next record, when it may start.</summary>
    /// <returns>False when the lane has nothing to do; it is scheduled again when that changes.</returns>
    public bool TryTake(Lane lane, long now, out QueuedRecord record)
    {
        bool commitWanted;
        lock (_gate)
        {
            lane.Scheduled = false;
            if (lane.Queue.TryPeek(out record) && !MayRunLocked(record.Record.Offset))
            {
                DropQueuedLocked(lane);
            }

            if (lane.Queue.Count > 0 && _commits.MayStart(record.Record.Offset, lane.LastCompleted, now))
            {
                lane.Queue.Dequeue();
                lane.Begin(record.Record.Offset, now);
                _queued--;
                SignalSpaceLocked();
                _inFlight++;
                _highestStarted = Math.Max(_highestStarted, record.Record.Offset);
                return true;
            }

            lane.Parked = lane.Queue.Count > 0;
            commitWanted = lane.Parked && _commits.Urgent;
        }

        if (commitWanted)
        {
            Progress(true);
        }

        PulseIfDrained();
        return false;
    }

    /// <summary>Handler thread: the outcome of the lane's record is final, or it was abandoned.</summary>
    /// <returns>Whether the outcome counts; false when the lease was closed meanwhile, so that it is never committed.</returns>
    public bool Finish(Lane lane, in QueuedRecord record, bool final)
    {
        bool counts;
        bool urgent;
        lock (_gate)
        {
            if (lane.Phase == LanePhase.Handling)
            {
                _inFlight--;
            }

            lane.Phase = LanePhase.Idle;
            _heldBytes -= record.Record.Size;
            counts = final && State != LeaseState.Closed;
            if (counts)
            {
                _tracker.Complete(record.Sequence);
                _commits.Completed();
                _handled++;
                lane.LastCompleted = record.Record.Offset;
            }
            else if (State == LeaseState.Draining)
            {
                // A record that was given up stays uncommitted, so nothing behind it can be committed either.
                _drainFailed = true;
            }

            urgent = _commits.Urgent;
        }

        if (counts)
        {
            Progress(urgent);
        }

        PulseIfDrained();
        return counts;
    }

    /// <summary>Handler thread: an attempt failed; the lane gives its permit back and waits.</summary>
    /// <returns>False when the partition is being taken away, so that there is no next attempt.</returns>
    public bool TryWait(Lane lane, LanePhase phase)
    {
        bool open;
        lock (_gate)
        {
            open = State == LeaseState.Open;
            if (lane.Phase == LanePhase.Handling)
            {
                _inFlight--;
            }

            lane.Phase = phase;
            _drainFailed |= State == LeaseState.Draining;
        }

        PulseIfDrained();
        return open;
    }

    /// <summary>Handler thread: the next attempt is about to start.</summary>
    /// <returns>False when the partition is being taken away.</returns>
    public bool TryRestart(Lane lane)
    {
        lock (_gate)
        {
            if (State != LeaseState.Open)
            {
                return false;
            }

            lane.Begin(lane.Offset, _environment.Time.GetTimestamp());
            _inFlight++;
            return true;
        }
    }

    /// <summary>Handler thread: the lane is free again; it runs when it has a record.</summary>
    public void Reschedule(Lane lane)
    {
        lock (_gate)
        {
            lane.Scheduled = false;
            if (lane.Queue.Count > 0)
            {
                ScheduleLocked(lane);
            }
        }
    }

    private bool MayRunLocked(long offset) => State switch
    {
        LeaseState.Open => true,
        LeaseState.Draining => !_drainFailed && offset < _drainLimit,
        _ => false,
    };

    /// <summary>A lane is scheduled once: while it is ready, runs, or has a record in hand.</summary>
    private void ScheduleLocked(Lane lane)
    {
        if (!lane.Scheduled)
        {
            lane.Scheduled = true;
            lane.Parked = false;
            _environment.Executor.Schedule(lane);
        }
    }

    private void DropQueuedLocked(Lane lane)
    {
        while (lane.Queue.TryDequeue(out var dropped))
        {
            _queued--;
            _heldBytes -= dropped.Record.Size;
            _environment.Reader.Release(dropped.Record);
        }
    }

    private void ReleaseAll(ReadOnlySpan<FetchedRecord> records)
    {
        foreach (ref readonly var record in records)
        {
            _environment.Reader.Release(record);
        }
    }
}
