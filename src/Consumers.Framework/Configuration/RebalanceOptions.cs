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

    /// <summary>
    /// How long a call of the rebalance listeners may take, all of them together; then its token is cancelled and the worker goes on. On a
    /// revocation or a stop it is part of <see cref="DrainTimeout"/>, so that handlers have what is left of that. Progress listeners have the
    /// same time, but nobody waits for them.
    /// </summary>
    /// <value>Default: 5 s. Range: 1 ms to 1 min; with a rebalance listener below <see cref="DrainTimeout"/>.</value>
    public TimeSpan ListenerTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
