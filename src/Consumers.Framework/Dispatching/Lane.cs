using System.Diagnostics;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// An ordered queue of records with one reader: a record's outcome is final before the next one starts. The queue and the flags belong
/// to the lease and its lock; the rest belongs to whichever thread runs the lane, one at a time.
/// </summary>
/// <remarks>
/// Outline of <see cref="Run"/>: take a record; call the handler; when it returns at once, finish the record and take the next; when it
/// awaits, come back by <see cref="OnHandlerCompleted"/>; when it fails, give the permit back and let the failure policy decide.
/// </remarks>
internal sealed partial class Lane : IThreadPoolWorkItem
{
    /// <summary>How long a lane may go on before the others that are ready have their turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    private readonly PartitionLease _lease;
    private readonly LaneEnvironment _environment;
    private readonly RecordSlot _slot;
    private readonly Action _onHandlerCompleted;
    private CancellationTokenSource _cancellation = new();
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter;
    private ConsumeContext _context;
    private Activity? _activity;

    public Lane(PartitionLease lease, LaneEnvironment environment)
    {
        _lease = lease;
        _environment = environment;
        _slot = new RecordSlot(this, environment.Reader);
        _onHandlerCompleted = OnHandlerCompleted;
    }

    /// <summary>Records that wait. Guarded by the lease.</summary>
    public Queue<QueuedRecord> Queue { get; } = new();

    /// <summary>Whether the executor has the lane, or it has a record in hand. Guarded by the lease.</summary>
    public bool Scheduled { get; set; }

    /// <summary>Whether the next record waits for the broker to acknowledge a commit. Guarded by the lease.</summary>
    public bool Parked { get; set; }

    /// <summary>Guarded by the lease.</summary>
    public LanePhase Phase { get; set; }

    /// <summary>The last record whose outcome is final. Guarded by the lease.</summary>
    public long? LastCompleted { get; set; }

    /// <summary>The offset of the record in hand. Guarded by the lease.</summary>
    public long Offset { get; private set; }

    /// <summary>When the attempt in hand began. Guarded by the lease.</summary>
    public long StartedAt { get; private set; }

    /// <summary>What failed at the record in hand; null when nothing did.</summary>
    public LaneFailure? Failing { get; private set; }

    /// <summary>Records waiting and in hand.</summary>
    public int Load => Queue.Count + (Phase == LanePhase.Idle ? 0 : 1);

    public string Consumer => _environment.Consumer;

    public TopicPartition TopicPartition => _lease.TopicPartition;

    /// <summary>Under the lease's lock: the record in hand is this one, and its attempt begins now.</summary>
    public void Begin(long offset, long now)
    {
        Phase = LanePhase.Handling;
        Scheduled = true;
        Offset = offset;
        StartedAt = now;
    }

    /// <summary>
    /// Asks the handler of the record in hand to stop. Registered callbacks are the user's code: they run on the thread pool, never on
    /// the poll thread that calls this.
    /// </summary>
    public void Cancel() => _ = _cancellation.CancelAsync();

    /// <summary>Holder of a context: decodes the key of its record.</summary>
    public TKey DecodeKey<TKey>(ReadOnlySpan<byte> key, ConsumeContext context) =>
        _environment.Decoders.DecodeKey<TKey>(key, new DecodingContext(MessageComponentType.Key, context));

    /// <summary>Holder of a context: commits up to its record.</summary>
    public ValueTask CommitAsync(long sequence, long offset, CancellationToken cancellationToken) =>
        new(_lease.RequestCommitAsync(sequence, offset + 1).WaitAsync(cancellationToken));

    void IThreadPoolWorkItem.Execute() => Run();

    /// <summary>Executor, with a permit: goes on with a failed record that waited for the permit, or takes records.</summary>
    public void Run()
    {
        if (Interlocked.Exchange(ref _onPermit, null) is { } onPermit)
        {
            // The attempt runs inline, on this thread, and gives the permit back itself.
            onPermit();
            return;
        }

        var startedAt = _environment.Time.GetTimestamp();
        using var scope = _environment.Logger.BeginScope(new RecordScope(_slot));
        _slot.EnterThread();
        for (var now = startedAt; _lease.TryTake(this, now, out var record); now = _environment.Time.GetTimestamp())
        {
            if (!TryHandle(record))
            {
                // The record's span ends elsewhere; this thread goes on to other lanes without it.
                Activity.Current = null;
                return;
            }

            if (_environment.Time.GetElapsedTime(startedAt, now) > Turn)
            {
                _slot.LeaveThread();
                _environment.Executor.Release();
                _lease.Reschedule(this);
                return;
            }
        }

        _slot.LeaveThread();
        _environment.Executor.Release();
    }

    /// <returns>False when the record is not final yet, so that the lane goes on elsewhere.</returns>
    private bool TryHandle(in QueuedRecord record)
    {
        _context = _slot.Begin(record);
        if (ConsumerActivities.Enabled)
        {
            _activity = ConsumerActivities.StartProcess(_environment.Consumer, _environment.GroupId, _lease.TopicPartition, record.Record.Offset, _slot.Headers);
        }

        if (_environment.Failures.RunsEveryRecord)
        {
            _slot.LeaveThread();
            _ = RecoverAsync(null);
            return false;
        }

        try
        {
            var handling = _environment.Invoker.InvokeAsync(_slot, _context, _cancellation.Token);
            if (handling.IsCompletedSuccessfully)
            {
                handling.GetAwaiter().GetResult();
                Finish(RecordOutcome.Handled);
                return true;
            }

            _awaiter = handling.ConfigureAwait(false).GetAwaiter();
        }
        catch (Exception exception)
        {
            // Whatever a handler throws is the failure policy's to judge.
            _slot.LeaveThread();
            Recover(exception);
            return false;
        }

        _slot.LeaveThread();
        _awaiter.UnsafeOnCompleted(_onHandlerCompleted);
        return false;
    }

    private void OnHandlerCompleted()
    {
        try
        {
            _awaiter.GetResult();
        }
        catch (Exception exception)
        {
            Recover(exception);
            return;
        }

        Finish(RecordOutcome.Handled);
        _environment.Executor.Release();
        _lease.Reschedule(this);
    }

    private void Finish(RecordOutcome outcome)
    {
        var record = _slot.Record;
        var final = outcome != RecordOutcome.Abandoned;
        if (_environment.Metrics.ProcessEnabled && outcome == RecordOutcome.Handled)
        {
            _environment.Metrics.Processed(_lease.TopicPartition.Topic, _environment.Time.GetElapsedTime(StartedAt), null);
        }

        ConsumerActivities.Stop(_activity);
        _activity = null;
        _slot.End();
        Failing = null;
        if (!_cancellation.TryReset())
        {
            // Not disposed: the poll thread may have read it just now, to cancel it.
            _cancellation = new CancellationTokenSource();
        }

        if (!_lease.Finish(this, record, final) && final)
        {
            _environment.Metrics.StaleCompletion(_lease.TopicPartition.Topic, 1);
            Log.StaleCompletion(_environment.Logger, _environment.Consumer, _lease.TopicPartition.Topic, _lease.TopicPartition.Partition.Value, record.Record.Offset);
        }
    }
}
