using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <inheritdoc/>
public sealed class RealKafkaSourceContentTests(TestBrokers brokers) : SourceContentTests(brokers.Real)
{
    private const int BigLimit = 9 * 1024 * 1024;

    protected override int Records => RecordCount.Of(20_000);

    [Fact]
    public async Task Poll_CommittedAbortedAndOpenTransactions_AreTheSameThroughBothSourcesAndAsWritten()
    {
        var random = new RecordGenerator(Seed + 1, Largest);
        var topic = await CreateTopicAsync(logAppendTime: false);
        using var transactional = TestProducer.Build(Broker.BootstrapServers, config =>
        {
            Configure(config, CompressionType.Lz4);
            config.TransactionalId = topic.Name;
            config.TransactionTimeoutMs = 300_000;
        });
        using var plain = TestProducer.Build(Broker.BootstrapServers, config => Configure(config, CompressionType.None));
        transactional.InitTransactions(TimeSpan.FromSeconds(30));
        while (topic.Count < Records / 4)
        {
            foreach (var commit in new[] { true, false, true })
            {
                transactional.BeginTransaction();
                topic.Produce(transactional, random, random.Run(), commit);

                // An abort throws away what has not been sent.
                transactional.Flush(TestContext.Current.CancellationToken);
                if (commit)
                {
                    transactional.CommitTransaction();
                }
                else
                {
                    transactional.AbortTransaction();
                }
            }

            topic.Produce(plain, random, random.Run());
            plain.Flush(TestContext.Current.CancellationToken);
        }

        transactional.BeginTransaction();
        topic.Produce(transactional, random, 300, committed: false);
        transactional.Flush(TestContext.Current.CancellationToken);

        var uncommitted = CompareSources(topic, IsolationLevel.ReadUncommitted, logAppendTime: false, "read_uncommitted");
        var committed = CompareSources(topic, IsolationLevel.ReadCommitted, logAppendTime: false, "read_committed");
        transactional.AbortTransaction();
        Assert.Equal(topic.Count, uncommitted);
        Assert.InRange(committed, 1, uncommitted - 1);
        Output($"seed {Seed + 1}: {uncommitted} records read_uncommitted and {committed} read_committed, the same through both sources");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Poll_BigRecords_AreTheSameThroughBothSourcesAndAsWritten(int megabytes)
    {
        var topic = await CreateTopicAsync(logAppendTime: false, BigLimit);
        using (var producer = TestProducer.Build(Broker.BootstrapServers, config =>
        {
            Configure(config, CompressionType.None);
            config.MessageMaxBytes = BigLimit;
        }))
        {
            topic.ProduceBig(producer, megabytes * 1024 * 1024, count: 6);
            producer.Flush(TestContext.Current.CancellationToken);
        }

        Assert.Equal(6, CompareSources(topic, IsolationLevel.ReadCommitted, logAppendTime: false, $"{megabytes} MB"));
    }

    [Fact]
    public async Task Scenario10_Poll_CompactedTopic_TheHolesAreTheSameThroughBothSources()
    {
        const int keys = 10;
        var topic = KafkaBroker.UniqueName("topic");
        await CreateTopicAsync(topic, new Dictionary<string, string>
        {
            ["cleanup.policy"] = "compact",
            ["min.cleanable.dirty.ratio"] = "0.001",
            ["segment.ms"] = "100",
            ["max.compaction.lag.ms"] = "100",
        });
        using var producer = TestProducer.Build(Broker.BootstrapServers);
        var number = 0;
        ReadTopic? native = null;
        await Wait.UntilAsync(
            async () =>
            {
                // The segment that is written to is never compacted: each round begins another.
                for (var index = 0; index < 50; index++, number++)
                {
                    var message = TestProducer.Message(number);
                    message.Key = [(byte)(number % keys)];
                    await producer.ProduceAsync(new TopicPartition(topic, 0), message, TestContext.Current.CancellationToken);
                }

                native = ReadTopic.From(PollingSource.Native, Broker.BootstrapServers, topic, Partitions, IsolationLevel.ReadCommitted);
                return native.Count < number;
            },
            TimeSpan.FromMinutes(1));

        // It may be compacted further between the two.
        Wait.Until(() =>
        {
            native = ReadTopic.From(PollingSource.Native, Broker.BootstrapServers, topic, Partitions, IsolationLevel.ReadCommitted);
            var managed = ReadTopic.From(PollingSource.Managed, Broker.BootstrapServers, topic, Partitions, IsolationLevel.ReadCommitted);
            if (managed.Count != native.Count)
            {
                return false;
            }

            native.AssertSame(managed, "compacted");
            return true;
        });
        Assert.Equal(number, native!.Ends[0]);
        Assert.NotEqual(native.Count, number);
        Output($"{native.Count} of {number} records are left");
    }

    protected override async Task CreateTopicAsync(string topic, IReadOnlyDictionary<string, string> configuration)
    {
        using var admin = Broker.BuildAdmin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = Partitions, ReplicationFactor = 1, Configs = new Dictionary<string, string>(configuration) }]);
        Wait.Until(() => admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions is { Count: Partitions } known && known.All(static partition => partition.Leader >= 0));
    }
}
