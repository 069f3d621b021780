namespace Consumers.Framework.IntegrationTests.Brokers;

/// <inheritdoc/>
public sealed class EmbeddedBrokerTests(TestBrokers brokers) : KafkaBrokerTests(brokers.Embedded)
{
    [Fact]
    public void SettingsFor_AConsumer_ShortensItsWaits()
    {
        var settings = Broker.SettingsFor("orders");

        Assert.Equal(Broker.BootstrapServers, settings["Kafka:BootstrapServers"]);
        Assert.Equal("00:00:00.0100000", settings["Kafka:Consumers:orders:FetchMaxWait"]);
        Assert.Equal("00:00:04", settings["Kafka:Consumers:orders:SessionTimeout"]);
        Assert.Equal("00:00:00.5000000", settings["Kafka:Consumers:orders:HeartbeatInterval"]);
    }
}
