using System.Diagnostics;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;

namespace Consumers.Framework.Dispatching;

/// <summary>How a lane handles its records. Nothing is allocated and no lock is taken for a record whose handler returns at once.</summary>
internal sealed partial class Lane
{
    /// <summary>How long a lane may go on before the others that are ready have their turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    /// <summary>Handlers are quick when the records between two looks at the clock took less than this.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(0.5);

    /// <summary>The most records between two looks at the clock, and then only when handlers are quick.</summary>
    private const int MaxStride = 16;

    private static readonly ContextCallback RunInScope = static lane => ((Lane)lane!).RunHere();
    private static readonly ContextCallback CompleteInScope = static lane => ((Lane)lane!).Complete();

    private readonly long _turn;
    private readonly long _quick;
    private long _deadline;
    private int _stride = 1;

    /// <summary>1 while the handler's awaitable owes a call.</summary>
    private int _isAwaited;

    /// <summary>Executor, with a permit: goes on with a failed record that waited for the permit, or takes records.</summary>
    public void Execute()
    {
        try
        {
            _context.Run(RunInScope, this);
        }
        catch (Exception exception)
        {
            Break(exception);
        }
    }

    private void RunHere()
    {
        if (!Recovery.TryGoOn())
        {
            TakeRuns();
        }
    }

    private void TakeRuns()
    {
        var now = _environment.Time.GetTimestamp();
        var startedAt = now;
        while (_owner.TryTakeRun(this, now))
        {
            _slot.EnterThread();
            var end = HandleRun(startedAt, ref now);
            if (end == RunEnd.Elsewhere)
            {
                return;
            }

            // Before the lease may give the lane to another thread.
            _slot.LeaveThread();
            if (end == RunEnd.TurnOver)
            {
                _owner.GiveWay(this);
                break;
            }
        }

        _environment.Executor.Release();
    }

    private RunEnd HandleRun(long turnStartedAt, ref long now)
    {
        var records = Queue.RunRecords;
        var index = Queue.RunStart;
        var end = index + Queue.Held;
        var left = Stride;
        while (true)
        {
            if (!TryHandle(records, index, isLast: index + 1 == end))
            {
                return RunEnd.Elsewhere;
            }

            index++;
            if (--left > 0 && index < end && !_interrupted)
            {
                continue;
            }

            if (now - turnStartedAt > _turn)
            {
                return RunEnd.TurnOver;
            }

            var before = now;
            now = _environment.Time.GetTimestamp();
            _stride = now - before < _quick ? Math.Min(_stride * 2, MaxStride) : 1;
            if (index == end)
            {
                RunLength = Math.Min(RunLength * 2, RecordChunk.Capacity);
                return RunEnd.Over;
            }

            if (_interrupted || now >= _deadline)
            {
                return RunEnd.Over;
            }

            left = Stride;
            Volatile.Write(ref _startedAt, now);
        }
    }

    /// <summary>A listener that wants durations wants that of each record, and so does who cancels what takes too long.</summary>
    private int Stride => _environment.Metrics.ProcessEnabled || _attempts.IsGuarded ? 1 : _stride;

    /// <returns>False when the record is not final yet, so that the lane goes on elsewhere.</returns>
    private bool TryHandle(QueuedRecord[] records, int index, bool isLast)
    {
        _context.Restore();
        Context = _slot.Begin(records, index);
        var isAwaited = false;
        try
        {
            if (ConsumerActivities.Enabled)
            {
                Activity = ConsumerActivities.StartProcess(_environment.Consumer, _environment.Options.GroupId, TopicPartition, _slot.Offset, _slot.Headers);
            }

            if (_environment.Failures.RunsEveryRecord)
            {
                LeaveRun(isLast);
                Recovery.Begin(null);
                return false;
            }

            var handling = _environment.Invoker.InvokeAsync(_slot, Context, _attempts.Begin(StartedAt));
            if (!handling.IsCompletedSuccessfully)
            {
                LeaveRun(isLast);
                _awaiter = handling.ConfigureAwait(false).GetAwaiter();
                isAwaited = true;
                Volatile.Write(ref _isAwaited, 1);
                _awaiter.UnsafeOnCompleted(_onHandlerCompleted);
                return false;
            }

            handling.GetAwaiter().GetResult();
        }
        catch (Exception exception)
        {
            // An awaitable of the user's may throw and call back all the same; whichever comes first ends the attempt.
            if (!isAwaited || Interlocked.Exchange(ref _isAwaited, 0) == 1)
            {
                // Whatever a handler throws is the failure policy's to judge, and the next attempts belong into the record's context.
                _context.Restore();
                ConsumerActivities.MakeCurrent(Activity);
                LeaveRun(isLast);
                Recovery.Recover(exception);
            }

            return false;
        }

        EndRecord(RecordOutcome.Handled);
        _owner.NoteProgress();
        return true;
    }

    /// <summary>The record in hand goes on elsewhere; a lane that is not on a thread holds nothing but that record.</summary>
    private void LeaveRun(bool isLast)
    {
        _slot.LeaveThread();
        RunLength = 1;
        if (!isLast)
        {
            _owner.GiveBack(this);
        }
    }

    /// <summary>Called by whoever completes the handler, and in any context; what follows belongs into the record's.</summary>
    private void OnHandlerCompleted()
    {
        // An awaitable of the user's may call back twice.
        if (Interlocked.Exchange(ref _isAwaited, 0) == 0)
        {
            return;
        }

        try
        {
            _context.Run(CompleteInScope, this);
        }
        catch (Exception exception)
        {
            Break(exception);
        }
    }

    private void Complete()
    {
        _context.Restore();
        try
        {
            _awaiter.GetResult();
        }
        catch (Exception exception)
        {
            ConsumerActivities.MakeCurrent(Activity);
            Recovery.Recover(exception);
            return;
        }

        Finish(RecordOutcome.Handled);
    }

    /// <summary>Ends the record in hand outside of a run, then gives the permit back if the lane has one.</summary>
    public void Finish(RecordOutcome outcome, bool hasPermit = true)
    {
        EndRecord(outcome);
        Recovery.End();
        _owner.Finish(this, outcome != RecordOutcome.Abandoned);
        if (hasPermit)
        {
            // Last: the record is final before the thread that holds the permit takes another one.
            _environment.Executor.Release();
        }
    }

    /// <summary>Says that the record is final, if it is, then ends its contexts and gives its memory back.</summary>
    private void EndRecord(RecordOutcome outcome)
    {
        if (_attempts.End())
        {
            // The next record may not have this one's token.
            Interrupt();
        }

        if (_environment.Metrics.ProcessEnabled && outcome == RecordOutcome.Handled)
        {
            _environment.Metrics.Processed(TopicPartition.Topic, _environment.Time.GetElapsedTime(StartedAt), null);
        }

        if (Activity is { } activity)
        {
            ConsumerActivities.Stop(activity);
            Activity = null;
        }

        if (outcome != RecordOutcome.Abandoned)
        {
            Queue.Completed(_slot.Record.Record.Size);
        }

        // A full fence lies in here: whoever is told of the progress after it sees the count.
        _slot.End();

        _attempts.DropCallbacks();
    }

    /// <summary>Why a lane stops handling its run.</summary>
    private enum RunEnd
    {
        /// <summary>The lane asks for another one.</summary>
        Over,

        /// <summary>Other lanes have their turn first.</summary>
        TurnOver,

        /// <summary>The record in hand is not final yet and goes on elsewhere.</summary>
        Elsewhere,
    }
}
