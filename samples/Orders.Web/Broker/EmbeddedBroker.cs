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

        var broker = EmbeddedKafka.Start();
        broker.CreateTopic("orders", partitions: 4);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kafka:BootstrapServers"] = broker.BootstrapServers,
            ["Feed:Enabled"] = "true",

            // The embedded broker answers an empty fetch after the whole wait, and ends a rebalance a second before the session
            // timeout. On a real broker the defaults are right.
            ["Kafka:Consumers:orders:FetchMaxWait"] = "00:00:00.010",
            ["Kafka:Consumers:orders:SessionTimeout"] = "00:00:01.500",
            ["Kafka:Consumers:orders:HeartbeatInterval"] = "00:00:00.200",
        });
        return broker;
    }
}
