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
    private int _present;
    private int _inHand;
    private int _inFlight;
    private long _heldBytes;
    private long _highestStarted = long.MinValue;
    private long _drainLimit = long.MaxValue;

    /// <summary>The lowest offset that the drain leaves uncommitted.</summary>
    private long _failedInDrain = long.MaxValue;
    private long _handled;

    public PartitionLease(TopicPartition topicPartition, long epoch, LeaseEnvironment environment)
    {
        TopicPartition = topicPartition;
        Epoch = epoch;
        _environment = environment;
        _end = environment.Explicit?.RangeOf(topicPartition)?.End ?? ReadRange.NoEnd;
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
    public long Handled
    {
        get
        {
            lock (_gate)
            {
                CollectLocked();
                return _handled;
            }
        }
    }

    /// <summary>Records that were received, have not ended and are in no handler.</summary>
    private int QueuedLocked => _present - _inHand;

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

            records = BeforeEndLocked(records);
            Answered();
            LastReceivedCount = records.Length;
            if (records.IsEmpty)
            {
                return;
            }

            NoteTimeLocked(records);
            _commits.BatchReceived(records[0].Offset, records[^1].Offset + 1);
            _present += records.Length;
            if (_lanes is [var only])
            {
                EnqueueLocked(only, records);
            }
            else
            {
                SpreadLocked(records);
            }
        }
    }

    private void EnqueueLocked(Lane lane, ReadOnlySpan<FetchedRecord> records)
    {
        var queue = lane.Queue;
        var bytes = 0L;
        foreach (ref readonly var record in records)
        {
            queue.Enqueue(record, _tracker.Receive(record.Offset, record.LeaderEpoch));
            bytes += record.Size;
        }

        _heldBytes += bytes;

        // Last: the lane begins with taking the lock that is held here.
        ScheduleLocked(lane);
    }

    private void SpreadLocked(ReadOnlySpan<FetchedRecord> records)
    {
        var ordering = _environment.Settings.Options.Ordering;
        foreach (ref readonly var record in records)
        {
            var lane = LaneSelector.Select(_lanes, record, _environment.Reader, ordering);
            lane.Queue.Enqueue(record, _tracker.Receive(record.Offset, record.LeaderEpoch));
            _heldBytes += record.Size;
            ScheduleLocked(lane);
        }
    }

    private bool MayRunLocked(long offset) => State switch
    {
        LeaseState.Open => true,
        LeaseState.Draining => offset < _drainLimit,
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

    /// <summary>Drops what no thread has in hand.</summary>
    private void DropQueuedLocked(Lane lane)
    {
        while (lane.Queue.Count > lane.Held)
        {
            var dropped = lane.Queue.RemoveLast();
            _present--;
            _heldBytes -= dropped.Size;
            _environment.Reader.Release(dropped);
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
