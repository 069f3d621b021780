using Consumers.Framework.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>
/// The check of a host that has health checks for its consumers and no consumer: with consumers in its configuration it would be healthy and
/// consume nothing. Any thread.
/// </summary>
internal sealed class NoConsumersHealthCheck(IConfiguration? configuration) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        List<string> configured = configuration is null ? [] : [.. ClusterSection.ConfiguredConsumers(configuration)];
        return Task.FromResult(configured.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                $"No consumer is registered, and {ClusterSection.Root}:{ClusterSection.Consumers} has {string.Join(", ", configured)}: nothing is consumed. Call AddKafkaConsumer(\"{configured[0]}\"), or remove the section."));
    }
}
