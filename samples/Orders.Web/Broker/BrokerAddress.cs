namespace Orders.Web.Broker;

/// <summary>Where the configuration names the broker: the two places that the framework looks at too.</summary>
internal static class BrokerAddress
{
    /// <summary>The configured bootstrap servers; null when there are none.</summary>
    public static string? Find(IConfiguration configuration) =>
        NullIfBlank(configuration["Kafka:BootstrapServers"]) ?? NullIfBlank(configuration.GetConnectionString("kafka"));

    private static string? NullIfBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
