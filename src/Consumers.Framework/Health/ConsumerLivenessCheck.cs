using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>The liveness check of one consumer. Reads memory only; never asks the broker. Any thread.</summary>
internal sealed class ConsumerLivenessCheck(string consumer, IKafkaConsumers consumers, IConsumerSettingsSource settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var options = settings.Load().OptionsOf(consumer);
        var result = options is { Enabled: true }
            ? HealthEvaluator.Liveness(consumers[consumer].GetSnapshot(), options.MaxPollInterval).ToResult(context)
            : HealthCheckResult.Healthy(HealthResults.Disabled);
        return Task.FromResult(result);
    }
}
