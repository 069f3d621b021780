namespace Consumers.Framework.Tests.Hosting;

/// <summary>Tells the probe of every call.</summary>
internal class ProbeListener(ListenerProbe probe) : IKafkaRebalanceListener
{
    public ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => probe.CallAsync("assigned", context, cancellationToken);

    public ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => probe.CallAsync("revoking", context, cancellationToken);

    public ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => probe.CallAsync("revoked", context, cancellationToken);

    public ValueTask OnLostAsync(RebalanceContext context, CancellationToken cancellationToken) => probe.CallAsync("lost", context, cancellationToken);
}
