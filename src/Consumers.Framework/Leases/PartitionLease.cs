using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Records;

namespace Consumers.Framework.Leases;

/// <summary>
/// One assignment of one partition: its lanes, its offsets and its right to commit. A record belongs to the lease it was received
/// under; when the partition comes back, that is a new lease with a new epoch. The parts share one lock: the poll thread receives, drains and
/// closes, handler threads take and complete, the committer commits.
/// </summary>
internal sealed partial class PartitionLease : ILaneEvents
{
    private readonly object _lock = new();
    private readonly LeaseEnvironment _environment;
    private readonly long _end;

    public PartitionLease(TopicPartition topicPartition, long epoch, LeaseEnvironment environment)
    {
        TopicPartition = topicPartition;
        Epoch = epoch;
        _environment = environment;
        _end = environment.Explicit?.RangeOf(topicPartition)?.End ?? ReadRange.NoEnd;
        Commits = new PartitionCommits(topicPartition, _lock, environment.Scope.Settings, environment.Scope.Time, environment.SignalCommit);
        Lanes = new PartitionLanes(_lock, Commits, this, environment.Lanes);
        Buffer = new BufferBound(_lock, Lanes, Commits, environment.Scope.Options.Buffer, environment.WakePoll, environment.SpaceFreed);
        Assigned = new AssignedPartition(Commits, _end, environment.Scope.Settings, environment.Reader, environment.Scope.Time);
        CatchUp = new CatchUp(_lock, Lanes, Commits, _end);
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>Grows with every assignment of the worker.</summary>
    public long Epoch { get; }

    /// <summary>What runs of it. Under the lock, but for what takes it.</summary>
    public PartitionLanes Lanes { get; }

    /// <summary>Where the client is with it. Poll thread.</summary>
    public AssignedPartition Assigned { get; }

    /// <summary>Its offsets, and its right to commit.</summary>
    public PartitionCommits Commits { get; }

    /// <summary>How much of it may be in memory.</summary>
    public BufferBound Buffer { get; }

    /// <summary>How far it is handled.</summary>
    public CatchUp CatchUp { get; }

    /// <summary>Why the lease was closed; null while it is not.</summary>
    public CloseReason? ClosedBy { get; private set; }

    public LeaseState State => Lanes.State;

    /// <summary>Whether nothing is left that a drain waits for.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_lock)
            {
                return Lanes.IsDrained;
            }
        }
    }

    /// <summary>What the framework has failed at in this lease; null when it has not. Any thread.</summary>
    public string? Fault => Lanes.Fault;

    /// <summary>Records in their handler.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return Lanes.InFlight;
            }
        }
    }

    /// <summary>Records whose outcome is final.</summary>
    public long Handled
    {
        get
        {
            lock (_lock)
            {
                Lanes.Collect();
                return Lanes.Handled;
            }
        }
    }

    /// <summary>Poll thread: takes over the records of one poll, in offset order.</summary>
    public void Receive(ReadOnlySpan<FetchedRecord> records)
    {
        lock (_lock)
        {
            if (State != LeaseState.Open)
            {
                Release(records);
                return;
            }

            records = Assigned.Receive(records);
            if (records.IsEmpty)
            {
                return;
            }

            Commits.Strategy.BatchReceived(records[0].Offset, records[^1].Offset + 1);
            Lanes.Receive(records);
        }
    }

    /// <summary>
    /// Poll thread, or a handler of the lease that has begun the stop of its consumer: nothing new starts. What has not started is dropped,
    /// except for records below one that has: those were to be repeated otherwise. A record that waits for its next attempt is given up.
    /// </summary>
    public void BeginDrain() => Lanes.BeginDrain();

    /// <summary>Poll thread, at the drain deadline: the handlers that are still running are asked to stop.</summary>
    public void CancelHandlers()
    {
        lock (_lock)
        {
            Lanes.Drain.CancelHandlers();
        }
    }

    /// <summary>Poll thread or committer: the partition is not ours any more. Nothing of this lease is committed from here on.</summary>
    public void Close(CloseReason reason)
    {
        lock (_lock)
        {
            if (State == LeaseState.Closed)
            {
                return;
            }

            Lanes.Drain.Close();
            ClosedBy = reason;
            Commits.FailRequests($"the partition was {(reason == CloseReason.Lost ? "lost" : "revoked")}");
        }

        PulseIfDrained();
    }

    /// <summary>Poll thread: cancels the attempts that have taken longer than they may.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="found">Gets those that were cancelled now, and those that have ignored it for too long.</param>
    public void FindOverdue(long now, List<OverdueRecord> found)
    {
        lock (_lock)
        {
            if (State != LeaseState.Closed)
            {
                Lanes.Inspector.FindOverdue(now, found);
            }
        }
    }

    /// <summary>Handlers that do not return are not waited for by the drain that follows, and neither they nor what comes after them is committed.</summary>
    public void GiveUpStuck()
    {
        lock (_lock)
        {
            Lanes.Inspector.GiveUpStuck();
        }
    }

    /// <summary>Poll thread: finds the lanes that have records, and for too long have done nothing with them without a reason.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="running">How many handlers of the worker run.</param>
    /// <param name="found">Gets those that are found now.</param>
    public void FindStanding(long now, int running, List<StandingRecord> found)
    {
        lock (_lock)
        {
            Lanes.Collect();
            Lanes.Inspector.FindStanding(now, mayRun: running < _environment.Scope.Options.MaxConcurrency, Lanes.MayPark, found);
        }
    }

    void ILaneEvents.SpaceFreed() => Buffer.Signal();

    void ILaneEvents.RunEnded() => PulseIfDrained();

    /// <summary>Something of a lease that is being taken away, or was, has ended: tells whoever waits for that.</summary>
    private void PulseIfDrained()
    {
        if (State == LeaseState.Open)
        {
            return;
        }

        if (IsDrained)
        {
            _environment.Drained.Pulse();
        }

        LeaveIfEnded();
    }

    private void Release(ReadOnlySpan<FetchedRecord> records)
    {
        foreach (ref readonly var record in records)
        {
            _environment.Reader.Release(record);
        }
    }
}
