using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>
/// When the commit of one lease may be sent again that was refused, through a series of refusals. Another lease does not wait for it.
/// Committer's thread only.
/// </summary>
internal sealed class CommitBackoff(long since)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private TimeSpan _delay;
    private long _refusedAt;

    /// <summary>How long after a rebalance has deferred a commit it is sent again.</summary>
    public static readonly TimeSpan DeferredDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>The timestamp of the first refusal of the series.</summary>
    public long Since { get; } = since;

    /// <summary>The last refusal.</summary>
    public Error Error { get; private set; } = new(ErrorCode.NoError);

    /// <summary>Whether one of the series was more than put off by a rebalance.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>
    /// Whether the commit has to be sent alone: a request with others failed as a whole, and this may be the partition at fault.
    /// </summary>
    public bool IsAlone { get; set; }

    /// <param name="time">The clock.</param>
    /// <param name="now">A timestamp of it.</param>
    /// <param name="longest">Cuts the delay short, counted from the refusal.</param>
    public TimeSpan Remaining(TimeProvider time, long now, TimeSpan longest) =>
        (_delay < longest ? _delay : longest) - time.GetElapsedTime(_refusedAt, now);

    /// <summary>Whether half of the delay is over.</summary>
    public bool HasWaitedHalf(TimeProvider time, long now) => time.GetElapsedTime(_refusedAt, now) >= _delay / 2;

    public void Deferred(Error error, long now)
    {
        Error = error;
        _delay = DeferredDelay;
        _refusedAt = now;
    }

    public void Failed(Error error, long now)
    {
        Error = error;
        IsFailing = true;
        _delay = _delay < FirstDelay ? FirstDelay : _delay * 2 < LongestDelay ? _delay * 2 : LongestDelay;
        _refusedAt = now;
    }
}
