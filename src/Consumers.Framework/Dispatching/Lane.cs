using System.Diagnostics;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Failures;
using Consumers.Framework.Rebalancing;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// An ordered queue of records with one reader: a record's outcome is final before the next one starts. The queue and the flags belong
/// to the lease and its lock; the rest belongs to whichever thread runs the lane, one at a time.
/// </summary>
/// <remarks>
/// Outline of <see cref="Run"/>: take a run of records from the lease; call the handler for one after the other; when it returns at once,
/// say so by a counter and go on; when it awaits, give the rest of the run back and come back by <see cref="OnHandlerCompleted"/>; when it
/// fails, give the permit back too and let the failure policy decide.
/// </remarks>
internal sealed partial class Lane : IThreadPoolWorkItem, IAwaitedCall
{
    private readonly PartitionLease _lease;
    private readonly LaneEnvironment _environment;
    private readonly RecordSlot _slot;
    private readonly Action _onHandlerCompleted;
    private readonly AttemptGuard? _guard;
    private CancellationTokenSource _cancellation = new();
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter;
    private ConsumeContext _context;
    private Activity? _activity;
    private volatile bool _interrupted;
    private long _startedAt;
    private long _done;
    private long _doneBytes;

    public Lane(PartitionLease lease, LaneEnvironment environment)
    {
        _lease = lease;
        _environment = environment;
        _slot = new RecordSlot(this, environment.Reader);
        _onHandlerCompleted = OnHandlerCompleted;
        _guard = environment.MaxHandlerDuration is { } limit ? new AttemptGuard(limit, environment.Time, Cancel) : null;
        _turn = Ticks(Turn);
        _quick = Ticks(Quick);
        Queue = new RecordQueue(environment.Chunks);
    }

    public string Consumer => _environment.Consumer;

    /// <summary>Whether failures may quote the record.</summary>
    public bool IncludesRecordData => _environment.IncludesRecordData;

    string IAwaitedCall.Kind => "handler";

    /// <summary>Without the lease's lock: a handler that asks is in hand, and for whatever else has its mark this is a guess anyway.</summary>
    bool IAwaitedCall.IsAwaited => Phase != LanePhase.Idle;

    /// <summary>The poll thread comes to it later, and a quick handler would be given many records until then.</summary>
    void IAwaitedCall.BeginStop() => _lease.BeginDrain();

    public TopicPartition TopicPartition => _lease.TopicPartition;

    /// <summary>Records in hand and waiting. Guarded by the lease.</summary>
    public RecordQueue Queue { get; }

    /// <summary>Whether the executor has the lane, or it has a record in hand. Guarded by the lease.</summary>
    public bool Scheduled { get; set; }

    /// <summary>Whether the next record waits for the broker to acknowledge a commit. Guarded by the lease.</summary>
    public bool Parked { get; set; }

    /// <summary>Guarded by the lease.</summary>
    public LanePhase Phase { get; set; }

    /// <summary>How many records at the head of the queue are the lane's alone: its run, or the record that it waits with. Guarded by the lease.</summary>
    public int Held { get; set; }

    /// <summary>The last record that is known to be final. Guarded by the lease.</summary>
    public long? LastCompleted { get; set; }

    /// <summary>How many of <see cref="Done"/> the lease has taken note of. Guarded by the lease.</summary>
    public long Collected { get; set; }

    /// <summary>How many of <see cref="DoneBytes"/> the lease has taken note of. Guarded by the lease.</summary>
    public long CollectedBytes { get; set; }

    /// <summary>How many of <see cref="Done"/> have left the queue. Guarded by the lease.</summary>
    public long Removed { get; set; }

    /// <summary>Records that were final when the lease was closed already: they count for nobody. Guarded by the lease.</summary>
    public int Stale { get; set; }

    /// <summary>Records whose outcome is final. The lane says so for each without a lock; the lease takes note of it whenever it is asked something.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>The bytes of those records, and perhaps of one more.</summary>
    public long DoneBytes => Volatile.Read(ref _doneBytes);

    /// <summary>The offset of the record in hand. Guarded by the lease, and only while there is one.</summary>
    public long Offset => Queue[Math.Min((int)(Done - Removed), Held - 1)].Record.Offset;

    /// <summary>
    /// When the attempt in hand began, or earlier: the clock is read for every record only when records take their time. Any thread.
    /// </summary>
    public long StartedAt => Volatile.Read(ref _startedAt);

    /// <summary>Records waiting and in hand.</summary>
    public int Load => Queue.Count;

    /// <summary>What failed at the record in hand; null when nothing did.</summary>
    public LaneFailure? Failing { get; private set; }

    /// <summary>How many records the lane would take into one run.</summary>
    public int RunLength { get; private set; } = 1;

    /// <summary>Under the lease's lock, by the lane itself: the first records of the queue are its run, which begins now.</summary>
    public void Begin(int count, long now, long deadline)
    {
        Scheduled = true;
        Phase = LanePhase.Handling;
        Held = count;
        _interrupted = false;
        _deadline = deadline;
        Volatile.Write(ref _startedAt, now);
        if (!_cancellation.TryReset())
        {
            // Not disposed: what the last record started may still look at its token.
            _cancellation = new CancellationTokenSource();
        }

        _guard?.Renew();
    }

    /// <summary>Under the lease's lock, by the lane itself: the next attempt of the record in hand begins now.</summary>
    public void BeginAgain(long now)
    {
        Phase = LanePhase.Handling;
        Volatile.Write(ref _startedAt, now);
        _guard?.Renew();
    }

    /// <summary>Under the lease's lock: the lane comes through the lock before it starts another record.</summary>
    /// <remarks>
    /// The lane reads the flag before each record of a run. T1 (the lane) reads that it is not set; T2 sets it and begins a drain, or closes
    /// the lease; T1 starts the record. So that record was in flight when the drain began. That is sound because of two rules: a lane with a
    /// run counts as in flight until it has come through the lock, and nobody but the lane takes anything out of its run.
    /// </remarks>
    public void Interrupt() => _interrupted = true;

    /// <summary>
    /// Under the lease's lock: asks the handler of the record in hand to stop. Registered callbacks are the user's code: they run on the
    /// thread pool, never on the poll thread that calls this.
    /// </summary>
    public void Cancel()
    {
        // Before: a lane whose record ends just now must not start the next one with a cancelled token.
        Interrupt();
        Cancel(_cancellation);
        _guard?.Cancel();
    }

    private void Cancel(CancellationTokenSource source)
    {
        var callbacks = source.CancelAsync();
        if (!callbacks.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(callbacks);
        }
    }

    /// <summary>Not under the lease's lock: what a callback of the user's throws is told to the log.</summary>
    private async Task ObserveAsync(Task callbacks)
    {
        await callbacks.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        if (callbacks.Exception is { InnerException: { } thrown })
        {
            Log.CancellationCallbackFailed(
                _environment.Logger, _environment.Consumer, TopicPartition.Topic, TopicPartition.Partition.Value, _slot.Offset, FailureText.Of(thrown));
        }
    }

    /// <summary>Holder of a context: decodes the key of its record.</summary>
    public TKey DecodeKey<TKey>(ReadOnlySpan<byte> key, ConsumeContext context) =>
        _environment.Decoders.DecodeKey<TKey>(key, new DecodingContext(MessageComponentType.Key, context));

    /// <summary>Holder of a context: commits up to its record.</summary>
    public ValueTask CommitAsync(long sequence, long offset, CancellationToken cancellationToken) =>
        new(_lease.RequestCommitAsync(sequence, offset + 1).WaitAsync(cancellationToken));

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _environment.Time.TimestampFrequency);
}
