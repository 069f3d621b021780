namespace Consumers.Framework.Configuration;

/// <summary>The keys that Confluent.Kafka itself takes out of a client's configuration. Immutable, read from any thread.</summary>
internal static class ConfluentKeys
{
    /// <summary>Each key with why it is refused, or null when it may be given.</summary>
    public static IReadOnlyDictionary<string, ClientKeyAnswer?> All { get; } =
        new Dictionary<string, ClientKeyAnswer?>(StringComparer.OrdinalIgnoreCase)
    {
        ["dotnet.cancellation.delay.max.ms"] = null,
        ["dotnet.consumer.consume.result.fields"] = new(
            "dotnet.consumer.consume.result.fields", "is owned by the framework: it reads what a record's handler asks for", "remove it"),
        ["dotnet.producer.enable.background.poll"] = Producer("dotnet.producer.enable.background.poll"),
        ["dotnet.producer.enable.delivery.reports"] = Producer("dotnet.producer.enable.delivery.reports"),
        ["dotnet.producer.delivery.report.fields"] = Producer("dotnet.producer.delivery.report.fields"),
    };

    private static ClientKeyAnswer Producer(string key) => new(key, "is a producer's setting, and a consumer does not use it", "remove it");
}
