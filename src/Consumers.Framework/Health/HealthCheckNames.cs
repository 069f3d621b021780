namespace Consumers.Framework.Health;

/// <summary>The names and tags of the health checks.</summary>
internal static class HealthCheckNames
{
    public const string ReadyTag = "ready";
    public const string LiveTag = "live";

    /// <summary>The check of a host that has no consumer.</summary>
    public const string NoConsumers = "kafka-consumers";

    public static string Readiness(string consumer) => $"kafka-consumer-{consumer}";

    public static string Liveness(string consumer) => $"kafka-consumer-{consumer}-live";
}
