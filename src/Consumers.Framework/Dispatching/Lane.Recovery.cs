using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Telemetry;

namespace Consumers.Framework.Dispatching;

/// <summary>What a lane does with a record that failed, off the fast path.</summary>
internal sealed partial class Lane : IFailedRecord
{
    private Action? _onPermit;
    private bool _hasPermit;
    private bool _isRecovering;

    string IFailedRecord.Topic => _lease.TopicPartition.Topic;

    int IFailedRecord.Partition => _lease.TopicPartition.Partition.Value;

    long IFailedRecord.Offset => _slot.Offset;

    int IFailedRecord.Attempt => _slot.Attempt;

    CancellationToken IFailedRecord.Token => _cancellation.Token;

    private void Recover(Exception thrown)
    {
        var exception = EndFailed(thrown);
        if (!NoteFailure(exception, blocked: false))
        {
            // The partition is being taken away: the record is not tried again here, and its next owner gets it.
            Log.AbandonedAtFailure(
                _environment.Logger, _environment.Consumer, _lease.TopicPartition.Topic, _lease.TopicPartition.Partition.Value,
                _slot.Offset, FailureText.Of(exception));
            Finish(RecordOutcome.Abandoned);
            return;
        }

        _environment.Executor.Release();
        BeginRecovery(exception);
    }

    /// <param name="first">The failed first attempt; null when a named pipeline runs the first attempt too, on the permit that the lane has.</param>
    private void BeginRecovery(Exception? first)
    {
        _hasPermit = first is null;
        Volatile.Write(ref _isRecovering, true);
        _ = RecoverAsync(first);
    }

    /// <summary>Never throws.</summary>
    private async Task RecoverAsync(Exception? first)
    {
        try
        {
            var outcome = await _environment.Failures.RunAsync(this, first).ConfigureAwait(false);
            var hadPermit = _hasPermit;
            _hasPermit = false;
            Volatile.Write(ref _isRecovering, false);
            Finish(outcome, hadPermit);
        }
        catch (Exception exception)
        {
            Break(exception);
        }
    }

    async ValueTask<AttemptResult> IFailedRecord.TryAgainAsync(CancellationToken cancellationToken)
    {
        if (!_hasPermit)
        {
            _slot.Attempt++;
            await new PermitAwaitable(this);
            if (!_lease.TryRestart(this))
            {
                _environment.Executor.Release();
                return AttemptResult.Abandoned;
            }

            _hasPermit = true;
        }

        Exception failure;
        try
        {
            await _environment.Invoker.InvokeAsync(_slot, _context, TokenOfAttempt(cancellationToken)).AsTask().ConfigureAwait(false);
            _guard?.End();
            return AttemptResult.Succeeded;
        }
        catch (Exception exception)
        {
            failure = EndFailed(exception);
        }

        var open = NoteFailure(failure, blocked: Failing is { Blocked: true, HasNoHandler: false });
        _hasPermit = false;
        _environment.Executor.Release();
        return open ? AttemptResult.Failed(failure) : AttemptResult.Abandoned;
    }

    void IFailedRecord.Block(Exception failure)
    {
        NoteFailure(failure, blocked: true);

        // A pipeline that refused the first attempt (an open circuit, a rate limit) has left the permit with the lane.
        if (_hasPermit)
        {
            _hasPermit = false;
            _environment.Executor.Release();
        }
    }

    /// <summary>Waits for a permit like any lane that is ready; then the record that failed goes on.</summary>
    public void AwaitPermit(Action onPermit)
    {
        Volatile.Write(ref _onPermit, onPermit);
        _environment.Executor.Schedule(this);
    }

    /// <returns>False when the partition is being taken away, so that there is no next attempt.</returns>
    private bool NoteFailure(Exception failure, bool blocked)
    {
        if (_environment.Metrics.ProcessEnabled && Phase == LanePhase.Handling)
        {
            _environment.Metrics.Processed(_lease.TopicPartition.Topic, _environment.Time.GetElapsedTime(StartedAt), ErrorTypes.Of(failure));
        }

        ConsumerActivities.Fail(_activity, failure);
        Failing = LaneFailure.Of(failure, _slot.Attempt, Failing?.Since ?? _environment.Time.GetTimestamp(), blocked);
        if (!_lease.TryWait(this, blocked ? LanePhase.Blocked : LanePhase.Waiting))
        {
            return false;
        }

        // One message pins the whole fetch response that it came in, and the wait may be long.
        _slot.CopyOut();
        return true;
    }
}
