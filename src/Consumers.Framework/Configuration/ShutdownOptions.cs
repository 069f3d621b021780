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

    /// <summary>
    /// Whether a static member leaves its group when it stops, so that the others have its partitions at once: for a scale-in, where it does
    /// not come back. Without it the group keeps them for it until its session times out. A worker that failed and starts again stays in any
    /// case. A dynamic member always leaves; under <see cref="GroupProtocol.Consumer"/> a static member has no way to.
    /// </summary>
    /// <value>Default: false.</value>
    public bool LeaveGroupOnStop { get; set; }
}
