using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Jobs;

/// <summary>Each From with each Until, where offsets have gaps: markers, aborted records, compaction, deletion.</summary>
public sealed class RealKafkaBoundsTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.Transactions | BrokerCapabilities.TimeLookup)
{
    /// <summary>
    /// The partition: 0 1 (2: commit) 3 4 (5: abort) 6 7 (8: commit) 9 10 (11: commit). What is read is what a plain client sees between
    /// the two places.
    /// </summary>
    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.ReadUncommitted)]
    public async Task Read_EveryFromAndUntil_HandlesWhatIsBetweenThemAndCommitsTheEnd(IsolationLevel level)
    {
        var topic = await ProduceTransactionsAsync();
        var visible = VisibleRecords.Read(Broker, topic, level);
        var written = VisibleRecords.Read(Broker, topic, IsolationLevel.ReadUncommitted).Records.ToDictionary(static record => record.Offset, static record => Time(record.Time));
        Assert.Equal(12, visible.End);
        (string? From, long Offset)[] froms =
            [(null, 0), ("Committed", 1), ("Earliest", 0), ("2", 2), ("4", 4), ("7", 7), (written[3], 3), (written[6], 6)];

        // A marker that was written in the millisecond of the record behind it is what the broker finds for that time.
        (string Until, long Offset, long Least)[] untils =
            [("End", 12, 12), ("3", 3, 3), ("4", 4, 4), ("5", 5, 5), ("8", 8, 8), ("9", 9, 9), ("11", 11, 11), (written[3], 3, 2), (written[9], 9, 8), (Tomorrow, 12, 12)];
        var pairs = froms.SelectMany(from => untils.Where(until => until.Least > from.Offset).Select(until => (from, until))).ToList();
        await Parallel.ForEachAsync(pairs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pair, _) =>
        {
            var ((from, start), (until, end, least)) = pair;
            var group = KafkaBroker.UniqueName("group");
            if (from == "Committed")
            {
                Commit(group, topic, start);
            }

            await using var consumer = await StartAsync(topic, group, from, until, level);
            await consumer.WaitUntilCompletedAsync();

            Assert.Equal((from, until, string.Join(' ', visible.Between(start, end))), (from, until, string.Join(' ', consumer.Done.Select(static record => record.Offset))));

            Assert.InRange((await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0], least, end);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{pairs.Count} pairs");
    }

    /// <summary>What is committed, and where a time stands, is known when the read begins: then there is nothing to read, and it is done.</summary>
    [Fact]
    public async Task Read_EndIsNotAfterTheBeginning_IsDoneAtOnceAndCommitsNothing()
    {
        var topic = await ProduceTransactionsAsync();
        var written = VisibleRecords.Read(Broker, topic, IsolationLevel.ReadUncommitted).Records.ToDictionary(static record => record.Offset, static record => Time(record.Time));
        foreach (var (from, until, committed) in new (string, string, long?)[]
        {
            ("Committed", "3", 3), ("Committed", "End", 12), ("Earliest", "1970-01-01T00:00:01Z", null), (written[6], "6", null), (Tomorrow, "End", null),
        })
        {
            var group = KafkaBroker.UniqueName("group");
            if (committed is { } offset)
            {
                Commit(group, topic, offset);
            }

            await using var consumer = await StartAsync(topic, group, from, until, IsolationLevel.ReadCommitted);
            await consumer.WaitUntilCompletedAsync();

            Assert.Empty(consumer.Started);
            Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "NothingToRead");
            Assert.Equal(committed ?? Offset.Unset.Value, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
        }
    }

    /// <summary>The end of the read is above the end of the log: it waits for the records to come.</summary>
    [Fact]
    public async Task Read_FromLatestUntilAnOffset_HandlesWhatComesUpToIt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        await using var consumer = await StartAsync(topic, null, "Latest", "8", IsolationLevel.ReadCommitted);
        await consumer.Consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 2, first: 5);
        consumer.WaitUntilDone(2);
        Assert.False(consumer.Consumer.WaitForCompletionAsync(TestContext.Current.CancellationToken).IsCompleted);

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5, first: 7);

        await consumer.WaitUntilCompletedAsync();
        Assert.Equal([5L, 6, 7], consumer.Started.Select(static record => record.Offset));
    }

    /// <summary>What is not decided when the read begins is behind its end: the read does not wait for it, and the next one finds it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_TransactionIsOpenAtTheBeginning_EndsBeforeItAndTheNextReadsIt(bool commit)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);
        using var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        producer.Produce(topic, TestProducer.Message(3));
        producer.Produce(topic, TestProducer.Message(4));
        producer.Flush(TestContext.Current.CancellationToken);
        await using var consumer = await StartAsync(topic, group, "Committed", "End", IsolationLevel.ReadCommitted);
        await consumer.WaitUntilCompletedAsync();
        Assert.Equal([0L, 1, 2], consumer.Started.Select(static record => record.Offset));
        Assert.Equal(3, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);

        if (commit)
        {
            producer.CommitTransaction();
        }
        else
        {
            producer.AbortTransaction();
        }

        consumer.Consumer.Start();
        await consumer.WaitUntilCompletedAsync();
        Assert.Equal(commit ? [0L, 1, 2, 3, 4] : [0L, 1, 2], consumer.Started.Select(static record => record.Offset));
        Assert.Equal(6, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    [Fact]
    public async Task Read_CompactedTopic_EndsInsideAHole()
    {
        var topic = KafkaBroker.UniqueName("topic");
        using var admin = Broker.BuildAdmin();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = topic, NumPartitions = 1, ReplicationFactor = 1,
            Configs = new Dictionary<string, string>
            {
                ["cleanup.policy"] = "compact", ["min.cleanable.dirty.ratio"] = "0.001", ["segment.ms"] = "100", ["max.compaction.lag.ms"] = "100",
            },
        }]);
        using var producer = TestProducer.Build(Broker.BootstrapServers);
        var produced = 0;
        VisibleRecords before = null!;
        await Wait.UntilAsync(
            async () =>
            {
                // The segment that is written to is never compacted: each round begins another.
                for (var index = 0; index < 50; index++, produced++)
                {
                    var message = TestProducer.Message(produced);

                    // The first of a round stays, so that the holes are between records.
                    message.Key = index == 0 ? message.Key : [(byte)(produced % 10)];
                    await producer.ProduceAsync(new TopicPartition(topic, 0), message, TestContext.Current.CancellationToken);
                }

                before = VisibleRecords.Read(Broker, topic, IsolationLevel.ReadCommitted);
                return before.Records.Count < produced && Hole(before) is not null;
            },
            TimeSpan.FromMinutes(1));

        // It may be compacted further between the two.
        await Wait.UntilAsync(async () =>
        {
            before = VisibleRecords.Read(Broker, topic, IsolationLevel.ReadCommitted);
            var hole = Hole(before)!.Value;
            var group = KafkaBroker.UniqueName("group");
            await using var consumer = await StartAsync(topic, group, "Earliest", hole.ToString(CultureInfo.InvariantCulture), IsolationLevel.ReadCommitted);
            await consumer.WaitUntilCompletedAsync();
            if (!VisibleRecords.Read(Broker, topic, IsolationLevel.ReadCommitted).Records.SequenceEqual(before.Records))
            {
                return false;
            }

            Assert.Equal(before.Between(0, hole), consumer.Done.Select(static record => record.Offset));
            Assert.Equal(hole, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
            return true;
        });

        // Between two records, so that neither begins or ends the read.
        static long? Hole(VisibleRecords visible) => visible.Records.Zip(visible.Records.Skip(1))
            .Where(static pair => pair.Second.Offset - pair.First.Offset > 2)
            .Select(static pair => (long?)pair.First.Offset + 2)
            .FirstOrDefault();
    }

    [Theory]
    [InlineData(OutOfRangePolicy.Earliest, "End", new[] { 20L, 21, 22, 23, 24 })]
    [InlineData(OutOfRangePolicy.Earliest, "22", new[] { 20L, 21 })]
    [InlineData(OutOfRangePolicy.Earliest, "15", new long[0])]
    public async Task Scenario50_Read_FromWhatIsDeleted_GoesOnByPolicyAndEndsWhereItIsTold(OutOfRangePolicy policy, string until, long[] expected)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 25);
        using var admin = Broker.BuildAdmin();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 20)]);
        await using var consumer = await StartAsync(topic, null, "5", until, IsolationLevel.ReadCommitted, options => options.OutOfRange = policy);

        await consumer.WaitUntilCompletedAsync();

        Assert.Equal(expected, consumer.Started.Select(static record => record.Offset));
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "PositionReset");
    }

    private static string Tomorrow { get; } = Time(DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds());

    private async Task<string> ProduceTransactionsAsync()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        using var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var (first, commit) in new[] { (0, true), (3, false), (6, true), (9, true) })
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

            // The marker has a time too: the next record is to be younger.
            var ended = TimeProvider.System.GetTimestamp();
            Wait.Until(() => TimeProvider.System.GetElapsedTime(ended) > TimeSpan.FromMilliseconds(20));
        }

        return topic;
    }

    private void Commit(string group, string topic, long offset)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = group, EnableAutoCommit = false }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, 0, offset)]);
    }

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private Task<TestConsumer> StartAsync(
        string topic, string? group, string? from, string until, IsolationLevel level, Action<KafkaConsumerOptions>? configure = null) => TestConsumer.StartAsync(
            Broker, null, group,
            configure: options =>
            {
                options.Partitions[topic] = [0];
                options.From = from;
                options.Until = until;
                options.IsolationLevel = level;
                configure?.Invoke(options);
            },
            awaitAssignment: false);
}
