namespace Consumers.Framework.Configuration;

/// <summary>When a consumer counts as degraded. Configuration path: <c>Kafka:Consumers:{name}:Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>The lag, in records over all own partitions, above which the consumer is Degraded.</summary>
    /// <value>Default: none. Range: 1 or more.</value>
    public long? MaxLag { get; set; }

    /// <summary>How long one record may be in its handler before the consumer is Degraded and the record is named.</summary>
    /// <value>Default: 1 min. Range: 100 ms to 1 day.</value>
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// For how long a record that was skipped (<c>Failures:WhenExhausted</c> is Skip) keeps the consumer Degraded and is named. Zero: not at all.
    /// </summary>
    /// <value>Default: 5 min. Range: 0 to 1 day.</value>
    public TimeSpan SkippedFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long no commit may have been acknowledged, while there is something to commit, before the consumer is Degraded.</summary>
    /// <value>Default: 30 s. Range: 100 ms to 1 day.</value>
    public TimeSpan CommitsFailingAfter { get; set; } = TimeSpan.FromSeconds(30);
}
