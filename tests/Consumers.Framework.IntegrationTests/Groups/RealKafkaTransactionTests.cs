using Confluent.Kafka;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Records of transactions: markers take offsets and are no records.</summary>
public sealed class RealKafkaTransactionTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.Transactions)
{
    [Theory]
    [InlineData(IsolationLevel.ReadCommitted, new[] { 0, 1, 4, 5 })]
    [InlineData(IsolationLevel.ReadUncommitted, new[] { 0, 1, 2, 3, 4, 5 })]
    public async Task Scenario10_Consume_CommittedAndAbortedTransactions_SeesWhatTheLevelSaysAndLeavesNoLag(IsolationLevel level, int[] expected)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        using (var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic))
        {
            producer.InitTransactions(TimeSpan.FromSeconds(30));
            foreach (var (first, commit) in new[] { (0, true), (2, false), (4, true) })
            {
                producer.BeginTransaction();
                producer.Produce(topic, TestProducer.Message(first));
                producer.Produce(topic, TestProducer.Message(first + 1));

                // An abort throws away what has not been sent.
                producer.Flush(TestContext.Current.CancellationToken);
                if (commit)
                {
                    producer.CommitTransaction();
                }
                else
                {
                    producer.AbortTransaction();
                }
            }
        }

        await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: options => options.IsolationLevel = level);

        consumer.WaitUntilDone(expected.Length);
        consumer.WaitUntilLagIsZero();
        Assert.Equal(expected, consumer.Done.Select(record => record.Number));
        await consumer.StopAsync();
        Assert.Equal(9, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    /// <summary>The end of a reader of committed records is the last stable offset: what a transaction holds back is waited for once it is committed.</summary>
    [Fact]
    public async Task WaitForCatchUp_ATransactionIsOpen_EndsAtTheLastStableOffset()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, KafkaBroker.UniqueName("group"));
        using var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        for (var transaction = 0; transaction < 2; transaction++)
        {
            producer.BeginTransaction();
            producer.Produce(new TopicPartition(topic, 0), TestProducer.Message(transaction));
            producer.Flush(TestContext.Current.CancellationToken);

            await CatchUpAsync(consumer);

            Assert.Equal(transaction, consumer.Done.Count);
            producer.CommitTransaction();

            // The coordinator answers before it writes the markers that move the end: so it is the record that is waited for.
            await CatchUpAsync(consumer, new TopicPartitionOffset(topic, 0, 2 * transaction));
            Assert.Equal(transaction + 1, consumer.Done.Count);
        }

        producer.BeginTransaction();
        producer.Produce(new TopicPartition(topic, 0), TestProducer.Message(9));
        producer.Flush(TestContext.Current.CancellationToken);
        producer.AbortTransaction();
        await CatchUpAsync(consumer);
        Assert.Equal(2, consumer.Done.Count);
    }

    private static async Task CatchUpAsync(TestConsumer consumer, TopicPartitionOffset? record = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await (record is null ? consumer.Consumer.WaitForCatchUpAsync(limit.Token) : consumer.Consumer.WaitForCatchUpAsync(record, limit.Token));
    }
}
