using Consumers.Framework.Diagnostics;
using Consumers.Framework.Failures;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The tokens of a lane's attempts: one for all attempts that nobody cancels, and one that is watched where <c>MaxHandlerDuration</c> is
/// set. Whoever runs the lane begins and ends attempts; what says so is called under the lock of the partition.
/// </summary>
internal sealed class AttemptCancellation
{
    private readonly LaneEnvironment _environment;
    private readonly RecordSlot _slot;
    private readonly AttemptGuard? _guard;
    private CancellationTokenSource _source = new();

    public AttemptCancellation(LaneEnvironment environment, RecordSlot slot)
    {
        _environment = environment;
        _slot = slot;
        _guard = environment.Options.MaxHandlerDuration is { } limit ? new AttemptGuard(limit, environment.Time, Cancel) : null;
    }

    /// <summary>Whether each attempt has to say when it began.</summary>
    public bool IsGuarded => _guard is not null;

    /// <summary>Cancelled when the partition is taken away.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the handler goes on although it was cancelled long ago. Under the lock.</summary>
    public bool IsStuck => _guard?.IsStuck ?? false;

    /// <summary>For how long the handler has gone on although it was cancelled; null when it has not. Under the lock.</summary>
    public TimeSpan? CancelledFor(long now) => _guard?.CancelledFor(now);

    /// <summary>Under the lock, by the lane, between two attempts: the next one has tokens that are not cancelled.</summary>
    public void Renew()
    {
        if (!_source.TryReset())
        {
            // Not disposed: what the last record started may still look at its token.
            _source = new CancellationTokenSource();
        }

        RenewGuard();
    }

    /// <summary>Under the lock, by the lane: the record in hand is tried again.</summary>
    public void RenewGuard() => _guard?.Renew();

    /// <summary>Under the lock: the attempts of the record in hand are asked to stop.</summary>
    /// <remarks>Registered callbacks are the user's code: they run on the thread pool, never on the poll thread that calls this.</remarks>
    public void Cancel()
    {
        Cancel(_source);
        _guard?.Cancel();
    }

    /// <summary>Lane: the first attempt of a record begins.</summary>
    /// <returns>Its token.</returns>
    public CancellationToken Begin(long startedAt) => _guard?.Begin(startedAt) ?? _source.Token;

    /// <summary>Lane: an attempt that a pipeline makes begins now.</summary>
    /// <returns>Its token.</returns>
    public CancellationToken Begin(CancellationToken ofPipeline)
    {
        if (_guard is null)
        {
            return ofPipeline;
        }

        // Not disposed: what the attempt starts may look at its token later. The sources that it hangs on drop it when they are reset.
        var token = _guard.Begin(_environment.Time.GetTimestamp());
        return CancellationTokenSource.CreateLinkedTokenSource(ofPipeline, token).Token;
    }

    /// <summary>Lane: the attempt is over, if there is one.</summary>
    /// <returns>Whether it took too long; then the next record may not have its token.</returns>
    public bool End() => _guard?.End() == true;

    /// <summary>Lane: the attempt has failed.</summary>
    /// <returns>The failure; a cancellation that the guard asked for is a failure like any other and says where it came from.</returns>
    public Exception EndFailed(Exception failure) => End() && failure is OperationCanceledException
        ? new TimeoutException($"The handler was cancelled by MaxHandlerDuration ({_environment.Options.MaxHandlerDuration}).", failure)
        : failure;

    /// <summary>Lane: what the handler has registered with its token ends with the record.</summary>
    public void DropCallbacks() => _source.TryReset();

    /// <summary>Under the lock, by the poll thread: cancels the attempt when it has taken too long.</summary>
    /// <param name="now">A timestamp of the time provider.</param>
    /// <param name="age">For how long the attempt has been running.</param>
    /// <returns>What has become true of it since the last look; null for nothing.</returns>
    public OverdueStage? FindOverdue(long now, out TimeSpan age)
    {
        age = TimeSpan.Zero;
        return _guard?.Look(now, out age);
    }

    private void Cancel(CancellationTokenSource source)
    {
        var callbacks = source.CancelAsync();
        if (!callbacks.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(callbacks);
        }
    }

    /// <summary>Not under the lock: what a callback of the user's throws is told to the log.</summary>
    private async Task ObserveAsync(Task callbacks)
    {
        await callbacks.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        if (callbacks.Exception is { InnerException: { } thrown })
        {
            var partition = _slot.Owner.TopicPartition;
            Log.CancellationCallbackFailed(
                _environment.Logger, _environment.Consumer, partition.Topic, partition.Partition.Value, _slot.Offset, FailureText.Of(thrown));
        }
    }
}
