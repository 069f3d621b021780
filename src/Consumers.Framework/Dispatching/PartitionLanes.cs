using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The lanes of one partition while it is owned: puts records into them, says which may start, and drains them. It shares the lock of the
/// partition: what <see cref="ILaneOwner"/> declares takes it, the rest is called under it, but for what says otherwise.
/// </summary>
/// <remarks>
/// A lane handles a run of records without the lock and counts those that are final. Whoever takes the lock for something that depends on the
/// count takes note of it first (<see cref="Collect()"/>): nothing is older than if each record had come through the lock.
/// </remarks>
internal sealed partial class PartitionLanes : ILaneOwner, ICommitProgress
{
    private readonly object _lock;
    private readonly PartitionCommits _commits;
    private readonly ILaneEvents _events;
    private readonly LaneEnvironment _environment;
    private readonly Lane[] _lanes;
    private int _present;
    private int _inHand;
    private string? _fault;

    public PartitionLanes(object partitionLock, PartitionCommits commits, ILaneEvents events, LaneEnvironment environment)
    {
        _lock = partitionLock;
        _commits = commits;
        _events = events;
        _environment = environment;
        _lanes = new Lane[LaneSelector.LaneCount(environment.Options)];
        for (var index = 0; index < _lanes.Length; index++)
        {
            _lanes[index] = new Lane(this, commits.TopicPartition, environment);
        }

        Drain = new LaneDrain(_lanes, commits.Strategy, this);
        Inspector = new LaneInspector(_lanes, environment);
        commits.Follow(this);
    }

    /// <summary>Also read without the lock, where a moment does not matter.</summary>
    public LeaseState State => Drain.State;

    public LaneDrain Drain { get; }

    public LaneInspector Inspector { get; }

    /// <summary>What the framework has failed at; null when it has not. Any thread, without the lock.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Whether a lane has reason to wait for a commit: a broker's answer, or records that it has to cover. Null when none has to do anything.</summary>
    public bool? MayPark => State != LeaseState.Open || IsHeldBack || Fault is not null ? null : _inHand > 0 || _commits.Next is not null;

    /// <summary>Whether nothing may start, because a handler of an earlier assignment of the partition still runs.</summary>
    public bool IsHeldBack { get; private set; }

    /// <summary>Records in their handler.</summary>
    public int InFlight { get; private set; }

    /// <summary>Records that were received, have not ended and are in no handler.</summary>
    public int Queued => _present - _inHand;

    /// <summary>The bytes of all records that have not ended.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Records whose outcome is final.</summary>
    public long Handled { get; private set; }

    /// <summary>Whether nothing is left that a drain waits for.</summary>
    public bool IsDrained => State == LeaseState.Closed || (InFlight == Drain.GivenUp && Queued == 0);

    int ICommitProgress.Parked => Inspector.Parked;

    /// <summary>Takes over records in offset order.</summary>
    public void Receive(ReadOnlySpan<FetchedRecord> records)
    {
        _present += records.Length;
        if (_lanes is [var only])
        {
            Enqueue(only, records);
        }
        else
        {
            Spread(records);
        }
    }

    /// <inheritdoc/>
    public void Collect()
    {
        foreach (var lane in _lanes)
        {
            Collect(lane);
        }
    }

    /// <summary>Takes the lock: the partition is being taken away.</summary>
    public void BeginDrain()
    {
        lock (_lock)
        {
            if (State != LeaseState.Open)
            {
                return;
            }

            Drain.Begin();
        }

        _events.RunEnded();
    }

    /// <summary>Nothing starts before <see cref="GoOn"/>.</summary>
    public void HoldBack() => IsHeldBack = true;

    public void GoOn()
    {
        IsHeldBack = false;
        foreach (var lane in _lanes)
        {
            if (lane.Queue.Count > 0)
            {
                Schedule(lane);
            }
        }
    }

    /// <inheritdoc/>
    public int FreeParked()
    {
        var freed = 0;
        foreach (var lane in _lanes)
        {
            if (lane.Queue.IsParked)
            {
                freed++;
                Schedule(lane);
            }
        }

        return freed;
    }

    /// <inheritdoc/>
    public void CommitRefused()
    {
        lock (_lock)
        {
            _commits.Strategy.Refused();
            if (State == LeaseState.Draining)
            {
                Drain.Limit();
            }
        }

        _events.RunEnded();
    }

    /// <summary>A lane is scheduled once: while it is ready, runs, or has a record in hand.</summary>
    public void Schedule(Lane lane)
    {
        if (!lane.Queue.IsScheduled)
        {
            lane.Queue.IsScheduled = true;
            lane.Queue.IsParked = false;
            _environment.Executor.Schedule(lane);
        }
    }

    /// <summary>Drops what no thread has in hand.</summary>
    public void DropWaiting(LaneQueue queue)
    {
        while (queue.HasWaiting)
        {
            var dropped = queue.RemoveLast();
            _present--;
            HeldBytes -= dropped.Size;
            _environment.Reader.Release(dropped);
        }
    }

    private void Enqueue(Lane lane, ReadOnlySpan<FetchedRecord> records)
    {
        var queue = lane.Queue;
        var bytes = 0L;
        foreach (ref readonly var record in records)
        {
            queue.Enqueue(record, _commits.Offsets.Receive(record.Offset, record.LeaderEpoch));
            bytes += record.Size;
        }

        HeldBytes += bytes;

        // Last: the lane begins with taking the lock that is held here.
        Schedule(lane);
    }

    private void Spread(ReadOnlySpan<FetchedRecord> records)
    {
        foreach (ref readonly var record in records)
        {
            var lane = LaneSelector.Select(_lanes, record, _environment.Reader, _environment.Options.Ordering);
            lane.Queue.Enqueue(record, _commits.Offsets.Receive(record.Offset, record.LeaderEpoch));
            HeldBytes += record.Size;
            Schedule(lane);
        }
    }
}
