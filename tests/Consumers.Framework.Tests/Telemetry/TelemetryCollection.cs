namespace Consumers.Framework.Tests.Telemetry;

/// <summary>Listeners are the process's: tests with one run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
