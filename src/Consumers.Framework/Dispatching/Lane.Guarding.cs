namespace Consumers.Framework.Dispatching;

/// <summary>How a lane's attempts are watched, where <c>MaxHandlerDuration</c> is set.</summary>
internal sealed partial class Lane
{
    /// <summary>Whether the drain that follows does not wait for the record in hand. Guarded by the lease.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether the handler goes on although it was cancelled long ago. Guarded by the lease.</summary>
    public bool IsStuck => _guard?.IsStuck ?? false;

    /// <summary>For how long the handler has gone on although it was cancelled; null when it has not. Guarded by the lease.</summary>
    public TimeSpan? CancelledFor(long now) => _guard?.CancelledFor(now);

    /// <summary>Under the lease's lock, by the poll thread, while there is a record in hand: cancels its attempt when that has taken too long.</summary>
    public OverdueRecord? FindOverdue(long now)
    {
        if (_guard is null)
        {
            return null;
        }

        // Before: the record may end any time, unless the guard has taken hold of it.
        var offset = Offset;
        var attempt = _slot.Attempt;
        return _guard.Look(now, out var age) is { } stage ? new OverdueRecord(TopicPartition, offset, attempt, age, stage) : null;
    }

    /// <summary>The token of an attempt that a pipeline makes, which begins now.</summary>
    private CancellationToken TokenOfAttempt(CancellationToken ofPipeline)
    {
        if (_guard is null)
        {
            return ofPipeline;
        }

        // Not disposed: what the attempt starts may look at its token later. The sources that it hangs on drop it when they are reset.
        var token = _guard.Begin(_environment.Time.GetTimestamp());
        return CancellationTokenSource.CreateLinkedTokenSource(ofPipeline, token).Token;
    }

    /// <summary>The attempt has failed; a cancellation that the guard asked for is a failure like any other and says where it came from.</summary>
    private Exception EndFailed(Exception failure) =>
        _guard?.End() == true && failure is OperationCanceledException
            ? new TimeoutException($"The handler was cancelled by MaxHandlerDuration ({_environment.MaxHandlerDuration}).", failure)
            : failure;
}
