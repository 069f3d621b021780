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
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The partition: 0 1 (2: commit) 3 4 (5: abort) 6 7 (8: commit) 9 10 (11: commit). Record n is written at noon plus n minutes. What is
    /// read is what a plain client sees between the two places.
    /// </summary>
    [Theory]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.ReadUncommitted)]
    public async Task Read_EveryFromAndUntil_HandlesWhatIsBetweenThemAndCommitsTheEnd(IsolationLevel level)
    {
        var topic = await ProduceTransactionsAsync();
        var visible = VisibleRecords.Read(Broker, topic, level);
        Assert.Equal(12, visible.End);
        (string? From, long Offset)[] froms =
            [(null, 0), ("Committed", 1), ("Earliest", 0), ("2", 2), ("4", 4), ("7", 7), (Time(6), 6), (Time(3), 3)];
        (string Until, long Offset)[] untils =
            [("End", 12), ("3", 3), ("4", 4), ("5", 5), ("8", 8), ("9", 9), ("11", 11), (Time(3), 3), (Time(9), 9), (Time(60), 12)];
        var read = 0;
        foreach (var (from, start) in froms)
        {
            foreach (var (until, end) in untils.Where(until => until.Offset > start))
            {
                var group = KafkaBroker.UniqueName("group");
                if (from == "Committed")
                {
                    Commit(group, topic, start);
                }

                await using var consumer = await StartAsync(topic, group, from, until, level);
                await consumer.WaitUntilCompletedAsync();

                Assert.Equal((from, until, string.Join(' ', visible.Between(start, end))), (from, until, string.Join(' ', consumer.Done.Select(static record => record.Offset))));
                Assert.Equal((from, until, end), (from, until, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]));
                read++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} pairs");
    }

    /// <summary>What is committed, and where a time stands, is known when the read begins: then there is nothing to read, and it is done.</summary>
    [Theory]
    [InlineData("Committed", "3", 3L)]
    [InlineData("Committed", "End", 12L)]
    [InlineData("Earliest", "2026-01-31T11:00:00Z", null)]
    [InlineData("2026-01-31T12:06:00Z", "6", null)]
    [InlineData("2026-01-31T13:00:00Z", "End", null)]
    public async Task Read_EndIsNotAfterTheBeginning_IsDoneAtOnceAndCommitsNothing(string from, string until, long? committed)
    {
        var topic = await ProduceTransactionsAsync();
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

    /// <summary>A transaction that is open when the read begins: its records are before the end, if it is committed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_TransactionIsOpenAtTheBeginning_WaitsForItsOutcome(bool commit)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);
        using var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        producer.Produce(topic, TestProducer.Message(3));
        producer.Produce(topic, TestProducer.Message(4));
        producer.Flush(TestContext.Current.CancellationToken);
        await using var consumer = await StartAsync(topic, null, "Earliest", "End", IsolationLevel.ReadCommitted);
        consumer.WaitUntilDone(3);
        await Assert.ThrowsAsync<OperationCanceledException>(() => TestConsumer.Never(() => consumer.Consumer.WaitForCompletionAsync(TestContext.Current.CancellationToken).IsCompleted));

        if (commit)
        {
            producer.CommitTransaction();
        }
        else
        {
            producer.AbortTransaction();
        }

        await consumer.WaitUntilCompletedAsync();
        Assert.Equal(commit ? [0L, 1, 2, 3, 4] : [0L, 1, 2], consumer.Started.Select(static record => record.Offset));
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
                    message.Key = [(byte)(produced % 10)];
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

    private async Task<string> ProduceTransactionsAsync()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        using var producer = TestProducer.Build(Broker.BootstrapServers, config => config.TransactionalId = topic);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var (first, commit) in new[] { (0, true), (3, false), (6, true), (9, true) })
        {
            producer.BeginTransaction();
            for (var number = first; number < first + 2; number++)
            {
                var message = TestProducer.Message(number);
                message.Timestamp = new Timestamp(Noon.AddMinutes(number));
                producer.Produce(topic, message);
            }

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

        return topic;
    }

    private void Commit(string group, string topic, long offset)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = group, EnableAutoCommit = false }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, 0, offset)]);
    }

    private static string Time(int minutes) => Noon.AddMinutes(minutes).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

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
