namespace Consumers.Framework.Configuration;

/// <summary>What happens when partitions are taken away. Configuration path: <c>Kafka:Consumers:{name}:Rebalance</c>.</summary>
public sealed class RebalanceOptions
{
    /// <summary>
    /// How long a revocation or a stop waits for the records that are being handled. It ends at once when none is in flight. At the end
    /// the handlers' tokens are cancelled and exactly those records may be repeated by the next owner.
    /// </summary>
    /// <value>Default: 19 s. Range: 0 to 10 min.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(19);
}
