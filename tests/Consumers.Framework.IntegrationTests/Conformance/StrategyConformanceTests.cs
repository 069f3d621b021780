using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>What every commit strategy promises, on every broker.</summary>
public abstract class StrategyConformanceTests(KafkaBroker broker, PollingSource source) : ConformanceTests(broker, source)
{
    public static TheoryData<CommitStrategy> All => [.. Enum.GetValues<CommitStrategy>()];

    public static TheoryData<CommitStrategy> AtLeastOnce => [.. Enum.GetValues<CommitStrategy>().Where(strategy => strategy != CommitStrategy.AtMostOnce)];

    [Theory, MemberData(nameof(All))]
    public async Task Run_TwoWorkers_HandleEachOnceAndCommitAll(CommitStrategy strategy)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await StartAsync(topic, group, CommitWhenManual(strategy), With(strategy, workers: 2));

        // The embedded broker refuses every commit while members join, for longer than a final commit may take on a busy machine.
        Wait.Until(() => consumer.Consumer.GetSnapshot().Workers.All(static worker => worker.Partitions.Count == 2));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 400);

        consumer.WaitUntilDone(400);
        consumer.WaitUntilLagIsZero();
        Assert.Equal(Enumerable.Range(0, 400), consumer.Done.Select(record => record.Number).Order());
        await consumer.StopAsync();
        Assert.Equal(400, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 4)).Values.Sum());
    }

    [Theory, MemberData(nameof(AtLeastOnce))]
    public async Task Stop_HandlersAreRunning_FinishesAndCommitsThemSoThatTheNextStartRepeatsNothing(CommitStrategy strategy)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 60);
        var seen = new List<int>();
        for (var run = 0; run < 3; run++)
        {
            await using var consumer = await StartAsync(
                topic, group,
                async (record, context, token) =>
                {
                    await Task.Delay(15, token);
                    await CommitWhenManual(strategy)(record, context, token);
                },
                With(strategy));
            consumer.WaitUntilDone(run == 2 ? 60 - seen.Count : 8);
            await consumer.StopAsync();
            seen.AddRange(consumer.Done.Select(record => record.Number));
            Assert.Equal(consumer.Started.Count, consumer.Done.Count);
        }

        Assert.Equal(Enumerable.Range(0, 60), seen.Order());
    }

    [Fact]
    public async Task Manual_NobodyCommits_RepeatsEverythingAtTheNextStart()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        for (var run = 0; run < 2; run++)
        {
            await using var consumer = await StartAsync(topic, group, configure: With(CommitStrategy.Manual));
            consumer.WaitUntilDone(10);
            await consumer.StopAsync();
            Assert.Equal(Enumerable.Range(0, 10), consumer.Done.Select(record => record.Number));
        }
    }

    [Fact]
    public async Task PerRecord_NextRecordStarts_ThePreviousOneIsCommitted()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        var committedAtStart = new List<(long Offset, long? Committed)>();
        TestConsumer? consumer = null;
        await using var started = consumer = await StartAsync(
            topic, group,
            (record, _, _) =>
            {
                lock (committedAtStart)
                {
                    committedAtStart.Add((record.Offset, consumer?.Partition(0).Committed));
                }

                return ValueTask.CompletedTask;
            },
            options =>
            {
                With(CommitStrategy.PerRecord)(options);
                options.StartPaused = true;
            });

        consumer.Consumer.Resume();
        consumer.WaitUntilDone(20);
        Assert.All(committedAtStart.Skip(1), start => Assert.Equal(start.Offset, start.Committed));
    }

    [Fact]
    public async Task AtMostOnce_RecordStarts_ItsOffsetIsCommittedAlready()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        TestConsumer? consumer = null;
        var early = 0;
        await using var started = consumer = await StartAsync(
            topic, group,
            (record, _, _) =>
            {
                if (!(consumer?.Partition(0).Committed > record.Offset))
                {
                    Interlocked.Increment(ref early);
                }

                return ValueTask.CompletedTask;
            },
            options =>
            {
                With(CommitStrategy.AtMostOnce)(options);
                options.StartPaused = true;
            });

        consumer.Consumer.Resume();
        consumer.WaitUntilDone(20);
        Assert.Equal(0, early);
    }

    internal static Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> CommitWhenManual(CommitStrategy strategy) =>
        (_, context, token) => strategy == CommitStrategy.Manual ? context.CommitAsync(token) : ValueTask.CompletedTask;

    internal static Action<KafkaConsumerOptions> With(CommitStrategy strategy, int workers = 1) => options =>
    {
        options.Workers = workers;
        options.Commit.Strategy = strategy;
        options.MaxPollRecords = 50;
        if (strategy is CommitStrategy.Auto or CommitStrategy.Async)
        {
            options.Commit.Interval = TimeSpan.FromMilliseconds(100);
        }
    };
}

public sealed class EmbeddedNativeStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.Embedded, PollingSource.Native);

public sealed class EmbeddedManagedStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.Embedded, PollingSource.Managed);

public sealed class RealKafkaNativeStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.Real, PollingSource.Native);

public sealed class RealKafkaManagedStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.Real, PollingSource.Managed);

public sealed class TestcontainersStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.Testcontainers, PollingSource.Auto);

public sealed class ExternalStrategyConformanceTests(TestBrokers brokers) : StrategyConformanceTests(brokers.External, PollingSource.Auto);
