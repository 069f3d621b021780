using Consumers.Framework.Telemetry;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of Consumers.Framework to OpenTelemetry.</summary>
public static class ConsumersMeterProviderBuilderExtensions
{
    /// <summary>Collects the metrics of the Kafka consumers of this host: records, durations, lag, commits, rebalances.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddConsumersInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(ConsumersTelemetry.MeterName);
    }
}
