using System.Diagnostics;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Handles the records of one <see cref="LaneQueue"/>, one after the other: a record's outcome is final before the next one starts. The queue
/// belongs to the partition and its lock; the rest belongs to whichever thread runs the lane, one at a time.
/// </summary>
/// <remarks>
/// Outline of <see cref="Execute"/>: take a run of records from the partition; call the handler for one after the other; when it returns at once,
/// say so by a counter and go on; when it awaits, give the rest of the run back and come back by <see cref="OnHandlerCompleted"/>; when it
/// fails, give the permit back too and let the failure policy decide.
/// </remarks>
internal sealed partial class Lane : IThreadPoolWorkItem, IAwaitedCall, IRecordOwner
{
    private readonly ILaneOwner _owner;
    private readonly LaneEnvironment _environment;
    private readonly RecordSlot _slot;
    private readonly AttemptCancellation _attempts;
    private readonly LaneContext _context;
    private readonly Action _onHandlerCompleted;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter;
    private volatile bool _interrupted;
    private long _startedAt;

    public Lane(ILaneOwner owner, TopicPartition topicPartition, LaneEnvironment environment)
    {
        _owner = owner;
        _environment = environment;
        TopicPartition = topicPartition;
        Queue = new LaneQueue(environment.Chunks);
        _slot = new RecordSlot(this, environment.Reader);
        _attempts = new AttemptCancellation(environment, _slot);
        _context = new LaneContext(this, _slot, environment);
        Recovery = new LaneRecovery(this, owner, _slot, _attempts, environment);
        Standing = new LaneStanding(Queue, _slot, environment.Time);
        _onHandlerCompleted = OnHandlerCompleted;
        (_turn, _quick) = (Ticks(Turn), Ticks(Quick));
    }

    public string Consumer => _environment.Consumer;

    public TopicPartition TopicPartition { get; }

    /// <summary>Its records. Guarded by the lock of the partition.</summary>
    public LaneQueue Queue { get; }

    /// <summary>What becomes of a record that failed.</summary>
    public LaneRecovery Recovery { get; }

    /// <summary>Whether it stands without a reason. Guarded by the lock of the partition.</summary>
    public LaneStanding Standing { get; }

    /// <summary>
    /// When the attempt in hand began, or earlier: the clock is read for every record only when records take their time. Any thread.
    /// </summary>
    public long StartedAt => Volatile.Read(ref _startedAt);

    /// <summary>How many records the lane would take into one run.</summary>
    public int RunLength { get; private set; } = 1;

    /// <summary>
    /// Whether the attempt in hand is somewhere: on a thread, in an awaitable that has not called back, or with the failure policy. Any thread.
    /// </summary>
    public bool IsUnderWay => _slot.HasThread || Volatile.Read(ref _isAwaited) == 1 || Recovery.IsRunning;

    /// <summary>Whether the handler goes on although it was cancelled long ago. Under the lock.</summary>
    public bool IsStuck => _attempts.IsStuck;

    /// <summary>The context of the record in hand. By whoever runs the lane.</summary>
    public ConsumeContext Context { get; private set; }

    /// <summary>The span of the record in hand; null when nobody listens. By whoever runs the lane.</summary>
    public Activity? Activity { get; private set; }

    bool IRecordOwner.IncludesRecordData => _environment.Options.Failures.IncludeRecordData;

    string IAwaitedCall.Kind => "handler";

    /// <summary>Without the lock: a handler that asks is in hand, and for whatever else has its mark this is a guess anyway.</summary>
    bool IAwaitedCall.IsAwaited => Queue.Phase != LanePhase.Idle;

    /// <summary>The poll thread comes to it later, and a quick handler would be given many records until then.</summary>
    void IAwaitedCall.BeginStop() => _owner.BeginDrain();

    /// <summary>Under the lock, by the lane itself: the first records of the queue are its run, which begins now.</summary>
    public void Begin(int count, long now, long deadline)
    {
        Queue.IsScheduled = true;
        Queue.Phase = LanePhase.Handling;
        Queue.Held = count;
        _interrupted = false;
        _deadline = deadline;
        Volatile.Write(ref _startedAt, now);
        _attempts.Renew();
    }

    /// <summary>Under the lock, by the lane itself: the next attempt of the record in hand begins now.</summary>
    public void BeginAgain(long now)
    {
        Queue.Phase = LanePhase.Handling;
        Volatile.Write(ref _startedAt, now);
        _attempts.RenewGuard();
    }

    /// <summary>Under the lock: the lane comes through the lock before it starts another record.</summary>
    /// <remarks>
    /// The lane reads the flag before each record of a run. T1 (the lane) reads that it is not set; T2 sets it and begins a drain, or closes
    /// the lease; T1 starts the record. So that record was in flight when the drain began. That is sound because of two rules: a lane with a
    /// run counts as in flight until it has come through the lock, and nobody but the lane takes anything out of its run.
    /// </remarks>
    public void Interrupt() => _interrupted = true;

    /// <summary>Under the lock: asks the handler of the record in hand to stop.</summary>
    public void Cancel()
    {
        // Before: a lane whose record ends just now must not start the next one with a cancelled token.
        Interrupt();
        _attempts.Cancel();
    }

    /// <summary>For how long the handler has gone on although it was cancelled; null when it has not. Under the lock.</summary>
    public TimeSpan? CancelledFor(long now) => _attempts.CancelledFor(now);

    /// <summary>Under the lock, by the poll thread, while there is a record in hand: cancels its attempt when that has taken too long.</summary>
    public OverdueRecord? FindOverdue(long now)
    {
        // Before: the record may end any time, unless the guard has taken hold of it.
        var offset = Queue.Offset;
        var attempt = _slot.Attempt;
        return _attempts.FindOverdue(now, out var age) is { } stage ? new OverdueRecord(TopicPartition, offset, attempt, age, stage) : null;
    }

    /// <summary>By the partition, after the lane has come through its lock: the lane's last records were final when the lease was closed already.</summary>
    public void ReportStale(int count)
    {
        _environment.Metrics.StaleCompletion(TopicPartition.Topic, count);
        Log.StaleCompletion(_environment.Logger, Consumer, TopicPartition.Topic, TopicPartition.Partition.Value, _slot.Offset);
    }

    /// <summary>
    /// Nothing of the user's gets here: its exceptions are caught where it is called. So this is a fault of ours, and the lane cannot be
    /// trusted to go on. Left alone it would end the process on a thread, or its record in silence in a task; the worker starts again instead.
    /// </summary>
    public void Break(Exception fault)
    {
        var text = FailureText.Of(fault);
        Log.LaneBroke(_environment.Logger, fault, Consumer, TopicPartition.Topic, TopicPartition.Partition.Value, _slot.Offset, text);
        _owner.Break(this, text);
    }

    TKey IRecordOwner.DecodeKey<TKey>(ReadOnlySpan<byte> key, ConsumeContext context) =>
        _environment.Decoders.DecodeKey<TKey>(key, new DecodingContext(MessageComponentType.Key, context));

    ValueTask IRecordOwner.CommitAsync(long sequence, long offset, CancellationToken cancellationToken) =>
        new(_owner.RequestCommitAsync(sequence, offset + 1).WaitAsync(cancellationToken));

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _environment.Time.TimestampFrequency);
}
