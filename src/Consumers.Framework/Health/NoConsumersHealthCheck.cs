using Consumers.Framework.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>The check of a host that configures consumers and registers none: without it, it would be healthy and consume nothing. Any thread.</summary>
internal sealed class NoConsumersHealthCheck(IReadOnlyList<string> configured) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(HealthCheckResult.Degraded(
        $"No consumer is registered, and {ClusterSection.Root}:{ClusterSection.Consumers} has {string.Join(", ", configured)}: nothing is consumed. Call AddKafkaConsumer(\"{configured[0]}\"), or remove the section."));
}
