using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>What every test expects of its broker: topics, numbered records, committed offsets.</summary>
public abstract class KafkaBrokerTests(KafkaBroker broker) : BrokerTests(broker)
{
    [Fact]
    public async Task Broker_WithAPlainClient_KeepsRecordsAndCommits()
    {
        var topic = await Broker.CreateTopicAsync(3);
        var group = KafkaBroker.UniqueName("group");
        var produced = await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, 30);

        var numbers = ConsumeAndCommit(Broker, topic, group, 30);

        Assert.Equal(30, produced.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 30), numbers.Order());
        var committed = await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic);
        Assert.Equal([10, 10, 10], committed.Values);
    }

    [Fact]
    public async Task SkipIfUnavailableAsync_ForWhatTheBrokerLacks_SkipsWithItsName()
    {
        const BrokerCapabilities unknown = (BrokerCapabilities)(1 << 30);

        // Assert.Throws lets a skip through: the test itself would be skipped.
        try
        {
            await Broker.SkipIfUnavailableAsync(unknown);
        }
        catch (Xunit.Sdk.SkipException skip)
        {
            Assert.Contains(Broker.Name, skip.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Fail("The test was not skipped.");
    }

    /// <summary>Consumes some records as a member of a group, commits, leaves; returns their numbers.</summary>
    internal static IReadOnlyList<int> ConsumeAndCommit(KafkaBroker broker, string topic, string group, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Subscribe(topic);
        var numbers = new List<int>();
        Wait.Until(() =>
        {
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } record)
            {
                numbers.Add(TestProducer.NumberOf(record));
            }

            return numbers.Count == count;
        });
        consumer.Commit();
        consumer.Close();
        return numbers;
    }
}
