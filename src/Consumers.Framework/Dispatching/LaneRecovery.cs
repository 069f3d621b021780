using Consumers.Framework.Diagnostics;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// What a lane does with a record that failed, off the fast path: the failure policy decides, and every further attempt waits for a permit.
/// One asynchronous flow at a time; what says so may be read by any thread.
/// </summary>
internal sealed class LaneRecovery(Lane lane, ILaneOwner owner, RecordSlot slot, AttemptCancellation attempts, LaneEnvironment environment) : IFailedRecord
{
    private Action? _onPermit;
    private bool _hasPermit;
    private bool _isRunning;

    /// <summary>What failed at the record in hand; null when nothing did. Any thread.</summary>
    public LaneFailure? Failing { get; private set; }

    /// <summary>Whether the record in hand waits for a permit for its next attempt. Any thread.</summary>
    public bool AwaitsPermit => Volatile.Read(ref _onPermit) is not null;

    /// <summary>Whether the record in hand is with the failure policy. Any thread.</summary>
    public bool IsRunning => Volatile.Read(ref _isRunning);

    string IFailedRecord.Topic => lane.TopicPartition.Topic;

    int IFailedRecord.Partition => lane.TopicPartition.Partition.Value;

    long IFailedRecord.Offset => slot.Offset;

    int IFailedRecord.Attempt => slot.Attempt;

    CancellationToken IFailedRecord.Token => attempts.Token;

    /// <summary>Lane: the first attempt has failed, on the permit that the lane has.</summary>
    public void Recover(Exception thrown)
    {
        var failure = attempts.EndFailed(thrown);
        if (!NoteFailure(failure, blocked: false))
        {
            // The partition is being taken away: the record is not tried again here, and its next owner gets it.
            Log.AbandonedAtFailure(
                environment.Logger, environment.Consumer, lane.TopicPartition.Topic, lane.TopicPartition.Partition.Value, slot.Offset, FailureText.Of(failure));
            lane.Finish(RecordOutcome.Abandoned);
            return;
        }

        environment.Executor.Release();
        Begin(failure);
    }

    /// <summary>Lane: the record goes to the failure policy.</summary>
    /// <param name="first">The failed first attempt; null when a named pipeline runs the first attempt too, on the permit that the lane has.</param>
    public void Begin(Exception? first)
    {
        _hasPermit = first is null;
        Volatile.Write(ref _isRunning, true);
        _ = RunAsync(first);
    }

    /// <summary>Lane: the record is over.</summary>
    public void End() => Failing = null;

    /// <summary>Executor's thread, with a permit: goes on with a failed record that waited for one.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryGoOn()
    {
        if (Interlocked.Exchange(ref _onPermit, null) is not { } onPermit)
        {
            return false;
        }

        // The attempt runs inline, on this thread, and gives the permit back itself.
        onPermit();
        return true;
    }

    /// <summary>Waits for a permit like any lane that is ready; then the record that failed goes on.</summary>
    public void AwaitPermit(Action onPermit)
    {
        Volatile.Write(ref _onPermit, onPermit);
        environment.Executor.Schedule(lane);
    }

    /// <summary>Never throws.</summary>
    private async Task RunAsync(Exception? first)
    {
        try
        {
            var outcome = await environment.Failures.RunAsync(this, first).ConfigureAwait(false);
            var hadPermit = _hasPermit;
            _hasPermit = false;
            Volatile.Write(ref _isRunning, false);
            lane.Finish(outcome, hadPermit);
        }
        catch (Exception exception)
        {
            lane.Break(exception);
        }
    }

    async ValueTask<AttemptResult> IFailedRecord.TryAgainAsync(CancellationToken cancellationToken)
    {
        if (!_hasPermit)
        {
            slot.Attempt++;
            await new PermitAwaitable(this);
            if (!owner.TryRestart(lane))
            {
                environment.Executor.Release();
                return AttemptResult.Abandoned;
            }

            _hasPermit = true;
        }

        Exception failure;
        try
        {
            await environment.Invoker.InvokeAsync(slot, lane.Context, attempts.Begin(cancellationToken)).AsTask().ConfigureAwait(false);
            attempts.End();
            return AttemptResult.Succeeded;
        }
        catch (Exception exception)
        {
            failure = attempts.EndFailed(exception);
        }

        var open = NoteFailure(failure, blocked: Failing is { Blocked: true, HasNoHandler: false });
        _hasPermit = false;
        environment.Executor.Release();
        return open ? AttemptResult.Failed(failure) : AttemptResult.Abandoned;
    }

    void IFailedRecord.Block(Exception failure)
    {
        NoteFailure(failure, blocked: true);

        // A pipeline that refused the first attempt (an open circuit, a rate limit) has left the permit with the lane.
        if (_hasPermit)
        {
            _hasPermit = false;
            environment.Executor.Release();
        }
    }

    /// <returns>False when the partition is being taken away, so that there is no next attempt.</returns>
    private bool NoteFailure(Exception failure, bool blocked)
    {
        if (environment.Metrics.ProcessEnabled && lane.Queue.Phase == LanePhase.Handling)
        {
            environment.Metrics.Processed(lane.TopicPartition.Topic, environment.Time.GetElapsedTime(lane.StartedAt), ErrorTypes.Of(failure));
        }

        ConsumerActivities.Fail(lane.Activity, failure);
        Failing = LaneFailure.Of(failure, slot.Attempt, Failing?.Since ?? environment.Time.GetTimestamp(), blocked);
        if (!owner.TryWait(lane, blocked ? LanePhase.Blocked : LanePhase.Waiting))
        {
            return false;
        }

        // One message pins the whole fetch response that it came in, and the wait may be long.
        slot.CopyOut();
        return true;
    }
}
