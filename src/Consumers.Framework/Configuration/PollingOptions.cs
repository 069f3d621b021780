namespace Consumers.Framework.Configuration;

/// <summary>How the client is polled. Configuration path: <c>Kafka:Consumers:{name}:Polling</c>.</summary>
public sealed class PollingOptions
{
    /// <summary>How records are read from the client.</summary>
    /// <value>Default: <see cref="PollingSource.Auto"/>.</value>
    public PollingSource Source { get; set; }
}
