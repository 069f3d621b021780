using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.PlainClient;

/// <summary>
/// A commit that nobody waits for is refused, and it is the last one. The embedded broker, since it refuses on demand; what a client makes
/// of a refusal is its own.
/// </summary>
public sealed class EmbeddedAsyncCommitTests() : BrokerTests(new EmbeddedBroker())
{
    private const int Records = 10;

    private EmbeddedKafka Cluster => ((EmbeddedBroker)Broker).Cluster;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Broker.DisposeAsync();
    }

    [Theory]
    [InlineData(false, Records - 1)]
    [InlineData(true, Records)]
    public async Task Plain_LastCommitIsRefused_StaysUncommittedUnlessTheLastOneOfAllIsSynchronous(bool commitsAtClose, int committed)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        var last = Task.CompletedTask;
        await using (var loop = new PlainLoop(
            Broker.BootstrapServers, topic, group,
            (consumer, record) =>
            {
                if (record.Offset == Records - 1)
                {
                    last.GetAwaiter().GetResult();
                    Cluster.FailNext(KafkaApi.OffsetCommit, ErrorCode.InvalidCommitOffsetSize);
                }

                // One after another, and nobody waits for them.
                last = last.ContinueWith(_ => consumer.Commit(record), TaskScheduler.Default);
            },
            closing: commitsAtClose ? consumer => consumer.Commit([new TopicPartitionOffset(topic, 0, Records)]) : null))
        {
            loop.WaitUntilHandled(Records);
            await Assert.ThrowsAnyAsync<KafkaException>(() => last);

            // Nobody tries again, and no later record comes to carry it along.
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestConsumer.Never(() => Committed(group, topic) == Records));
        }

        Assert.Equal(committed, Committed(group, topic));
    }

    [Fact]
    public async Task Framework_LastCommitsAreRefused_AreSentAgainWithoutANewRecord()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: static options => options.Commit.Strategy = CommitStrategy.Async);
        Cluster.FailNext(KafkaApi.OffsetCommit, ErrorCode.InvalidCommitOffsetSize, ErrorCode.InvalidCommitOffsetSize, ErrorCode.InvalidCommitOffsetSize);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);

        consumer.WaitUntilLagIsZero();
        Assert.Equal(Records, Committed(group, topic));
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "CommitFailed");
    }

    [Fact]
    public async Task Framework_CommitIsRefusedAtTheStop_IsSentAgainBeforeItLeaves()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: static options =>
        {
            options.Commit.Strategy = CommitStrategy.Auto;
            options.Commit.Interval = TimeSpan.FromHours(1);
        });
        consumer.WaitUntilDone(Records);
        Cluster.FailNext(KafkaApi.OffsetCommit, ErrorCode.InvalidCommitOffsetSize, ErrorCode.InvalidCommitOffsetSize);
        await consumer.StopAsync();

        Assert.Equal(Records, Committed(group, topic));
    }

    private long Committed(string group, string topic) =>
        GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 1).GetAwaiter().GetResult()[0];
}
