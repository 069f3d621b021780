namespace Consumers.Framework.Configuration;

/// <summary>
/// Retry in place with exponential back-off and jitter. A record that waits keeps its place in its partition; other partitions go on.
/// Configuration path: <c>Kafka:Consumers:{name}:Failures:Retry</c>.
/// </summary>
public sealed class RetryOptions
{
    /// <summary>How often a record is tried in all, the first attempt included.</summary>
    /// <value>Default: 5. Range: 1 (no retry) to 1,000.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The delay before the second attempt; it doubles with each further one.</summary>
    /// <value>Default: 200 ms. Range: 1 ms to 1 h.</value>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest delay; also the one between two tries of a record that blocks its partition.</summary>
    /// <value>Default: 30 s. Range: <see cref="Delay"/> to 1 h.</value>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether delays are spread at random, so that consumers that failed together do not return together.</summary>
    /// <value>Default: true.</value>
    public bool Jitter { get; set; } = true;
}
