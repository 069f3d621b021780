namespace Consumers.Framework.Telemetry;

/// <summary>
/// The names under which traces and metrics are published. With the OpenTelemetry package <c>AddConsumersInstrumentation()</c> adds both.
/// </summary>
public static class ConsumersTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string SourceName = "Consumers.Framework";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Consumers.Framework";

    /// <summary>The version of the OpenTelemetry semantic conventions that names and tags follow.</summary>
    internal const string SchemaUrl = "https://opentelemetry.io/schemas/1.44.0";

    internal static string? Version { get; } = typeof(ConsumersTelemetry).Assembly.GetName().Version?.ToString(3);
}
