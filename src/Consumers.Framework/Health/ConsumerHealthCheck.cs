using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Health;

/// <summary>The readiness check of one consumer. Reads memory only; never asks the broker. Any thread.</summary>
internal sealed class ConsumerHealthCheck(string consumer, IKafkaConsumers consumers, IConsumerSettingsSource settings, IHostApplicationLifetime? lifetime)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var options = settings.Load().OptionsOf(consumer);
        var result = options is { Enabled: true }
            ? HealthEvaluator
                .Readiness(consumers[consumer].GetSnapshot(), options, lifetime?.ApplicationStopping.IsCancellationRequested ?? false)
                .ToResult(context)
            : HealthCheckResult.Healthy(HealthResults.Disabled);
        return Task.FromResult(result);
    }
}
