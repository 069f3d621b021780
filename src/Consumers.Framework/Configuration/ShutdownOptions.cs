namespace Consumers.Framework.Configuration;

/// <summary>How a consumer stops. Configuration path: <c>Kafka:Consumers:{name}:Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    /// <summary>
    /// How long leaving the group and closing the client may take after drain and final commit. Past it the client is given up: the
    /// process can end, and the group learns of it by the session timeout.
    /// </summary>
    /// <value>Default: 6 s. Range: 100 ms to 1 min. The client itself needs up to 5 s when the coordinator hangs.</value>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(6);
}
