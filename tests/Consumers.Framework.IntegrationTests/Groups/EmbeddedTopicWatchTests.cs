using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>A cluster that does not tell the ids of topics.</summary>
public sealed class EmbeddedTopicWatchTests(TestBrokers brokers) : BrokerTests(brokers.Embedded)
{
    [Fact]
    public async Task Start_ClusterDoesNotTellIds_IsSaidOnceAtDebugAndTheConsumerGoesOn()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"),
            configure: static options =>
            {
                options.TopicCheckInterval = TimeSpan.FromMilliseconds(100);
                options.RequestTimeout = TimeSpan.FromSeconds(2);
            });

        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "TopicIdsUnavailable"));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        consumer.WaitUntilDone(5);
        Assert.Equal(LogLevel.Debug, Assert.Single(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "TopicIdsUnavailable").Level);
    }
}
