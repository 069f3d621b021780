using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Handling;

/// <summary>What slow handlers cost on the wire.</summary>
public sealed class RealKafkaBackPressureTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.Process)
{
    private const int Records = 12_000;
    private const int ValueSize = 1_000;
    private const double MostReceived = 1.2;

    /// <summary>The managed source pauses, which throws the prefetch away: it is here to show that the measure would notice.</summary>
    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task SlowHandlers_NativeReceivesHardlyMoreThanIsDelivered(PollingSource source)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);

        // A batch that a response has no room for is cut off and comes again whole, whoever fetches: small ones, or that is what is measured.
        using (var producer = TestProducer.Build(Broker.BootstrapServers, static config => config.BatchNumMessages = 10))
        {
            for (var number = 0; number < Records; number++)
            {
                var message = TestProducer.Message(number);
                message.Headers.Add("filler", new byte[ValueSize]);
                producer.Produce(new TopicPartition(topic, number % 2), message);
            }

            producer.Flush(TestContext.Current.CancellationToken);
        }

        await using var proxy = ((RealKafkaBroker)Broker).OpenProxy();
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"),
            static (record, _, token) => record.Offset % 10 == 0 ? new ValueTask(Task.Delay(1, token)) : ValueTask.CompletedTask,
            options =>
            {
                options.BootstrapServers = proxy.BootstrapServers;
                options.Polling.Source = source;
                options.MaxPollRecords = 100;
                options.Buffer.MaxRecords = 200;
            });

        consumer.WaitUntilDone(Records, TimeSpan.FromMinutes(1));
        consumer.WaitUntilLagIsZero();
        var ratio = (double)proxy.Received / (Records * ValueSize);
        TestContext.Current.TestOutputHelper?.WriteLine($"{source}: {proxy.Received:N0} bytes received for {Records * ValueSize:N0} delivered: {ratio:F2}");
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "PausedByBackPressure");
        if (source == PollingSource.Native)
        {
            Assert.InRange(ratio, 1, MostReceived);
        }
        else
        {
            Assert.True(ratio > MostReceived, $"A paused partition is fetched again, yet only {ratio:F2} times as much came.");
        }
    }
}
