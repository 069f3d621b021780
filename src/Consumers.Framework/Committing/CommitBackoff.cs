using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>When a commit that did not succeed may be sent again. Written by the committer's thread; the failure is read by any.</summary>
internal sealed class CommitBackoff
{
    private static readonly TimeSpan DeferredDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private Failure? _failure;
    private TimeSpan _delay;
    private long _since;

    /// <summary>The timestamp of the first failure of the present series.</summary>
    public long? FailingSince => _failure?.Since;

    public string? LastError => _failure?.Reason;

    /// <param name="time">The clock.</param>
    /// <param name="now">A timestamp of it.</param>
    /// <param name="longest">Cuts the delay short, counted from the failure.</param>
    public TimeSpan Remaining(TimeProvider time, long now, TimeSpan longest) =>
        (_delay < longest ? _delay : longest) - time.GetElapsedTime(_since, now);

    public void Deferred(Error error, long now)
    {
        _failure = new Failure(_failure?.Since ?? now, $"{error.Code}: {error.Reason}", _failure?.IsMoreThanDeferred ?? false);
        _delay = DeferredDelay;
        _since = now;
    }

    /// <returns>Whether it is the first failure of a series.</returns>
    public bool Failed(Error error, long now)
    {
        var isFirst = _failure is not { IsMoreThanDeferred: true };
        _failure = new Failure(_failure?.Since ?? now, $"{error.Code}: {error.Reason}", IsMoreThanDeferred: true);
        _delay = _delay < FirstDelay ? FirstDelay : _delay * 2 < LongestDelay ? _delay * 2 : LongestDelay;
        _since = now;
        return isFirst;
    }

    /// <returns>How long commits had been failing; null when they had not, or a rebalance had only put them off.</returns>
    public TimeSpan? Succeeded(TimeProvider time, long now)
    {
        var failedFor = _failure is { IsMoreThanDeferred: true } failure ? time.GetElapsedTime(failure.Since, now) : (TimeSpan?)null;
        _failure = null;
        _delay = TimeSpan.Zero;
        return failedFor;
    }

    private sealed record Failure(long Since, string Reason, bool IsMoreThanDeferred);
}
