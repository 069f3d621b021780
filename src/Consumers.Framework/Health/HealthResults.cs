using Consumers.Framework.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.Health;

/// <summary>From settings to a verdict to what the host's health service shows. Stateless; any thread.</summary>
internal static class HealthResults
{
    public const string Disabled = "Disabled by configuration (Enabled is false).";

    /// <summary>The options of a consumer; null when it has none because it does not run.</summary>
    public static KafkaConsumerOptions? OptionsOf(this IReadOnlyList<ConsumerSettings> settings, string consumer)
    {
        foreach (var one in settings)
        {
            if (string.Equals(one.Name, consumer, StringComparison.Ordinal))
            {
                return one.Options;
            }
        }

        return null;
    }

    /// <summary>The result; what is Unhealthy counts as the user said at registration.</summary>
    public static HealthCheckResult ToResult(this HealthVerdict verdict, HealthCheckContext context) => new(
        verdict.Status == HealthStatus.Unhealthy ? context.Registration.FailureStatus : verdict.Status,
        verdict.Status == HealthStatus.Healthy ? null : verdict.Description,
        exception: null,
        verdict.Data);
}
