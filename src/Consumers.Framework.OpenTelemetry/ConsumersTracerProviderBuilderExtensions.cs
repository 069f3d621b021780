using Consumers.Framework.Telemetry;

namespace OpenTelemetry.Trace;

/// <summary>Adds the traces of Consumers.Framework to OpenTelemetry.</summary>
public static class ConsumersTracerProviderBuilderExtensions
{
    /// <summary>Collects a span for each record that a Kafka consumer of this host handles; it continues the producer's trace.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TracerProviderBuilder AddConsumersInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(ConsumersTelemetry.SourceName);
    }
}
