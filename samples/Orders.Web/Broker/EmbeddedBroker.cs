using Consumers.Framework.Testing;

namespace Orders.Web.Broker;

/// <summary>Lets the sample run without a Kafka: a broker inside the process, and a feed of orders to consume.</summary>
internal static class EmbeddedBroker
{
    /// <summary>Starts a broker with the topic <c>orders</c> when no broker is configured, and adds its address to the configuration.</summary>
    /// <returns>The broker, to be disposed after the application; null when a broker is configured.</returns>
    public static EmbeddedKafka? UseEmbeddedKafkaUnlessConfigured(this WebApplicationBuilder builder)
    {
        if (BrokerAddress.Find(builder.Configuration) is not null)
        {
            return null;
        }

        var broker = EmbeddedKafka.Start(new EmbeddedKafkaOptions
        {
            Topics = { ["orders"] = 4 },
            SessionTimeout = TimeSpan.FromSeconds(4),
        });
        builder.Configuration.AddInMemoryCollection(broker.SettingsFor("orders"));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Broker:Embedded"] = "true",
            ["Feed:Enabled"] = builder.Configuration["Feed:Enabled"] ?? "true",
        });
        return broker;
    }
}
