using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.IntegrationTests.PlainClient;

/// <summary>What a plain loop repeats or loses when it dies with a record in hand, by when it commits; and what the framework does then.</summary>
public sealed class RealKafkaRepeatAndLossTests(TestBrokers brokers) : BrokerTests(brokers.Real)
{
    private const int Records = 20;
    private const int InHand = 18;
    private const int Batch = 10;

    [Fact]
    public async Task Plain_CommitsEveryTenRecords_RepeatsWhatItHandledSince()
    {
        var (topic, group) = await ProduceAsync();
        var (first, second) = await DieAndStartAgainAsync(topic, group, static (consumer, record) =>
        {
            ThrowInHand(record);
            if ((record.Offset + 1) % Batch == 0)
            {
                consumer.Commit(record);
            }
        });

        Assert.Equal(Enumerable.Range(Batch, InHand - Batch), first.Intersect(second));
        Assert.Equal(Enumerable.Range(0, Records), first.Union(second).Order());
    }

    [Fact]
    public async Task Plain_CommitsBeforeItHandles_LosesTheRecordInHand()
    {
        var (topic, group) = await ProduceAsync();
        var (first, second) = await DieAndStartAgainAsync(topic, group, static (consumer, record) =>
        {
            consumer.Commit(record);
            ThrowInHand(record);
        });

        Assert.Empty(first.Intersect(second));
        Assert.Equal([InHand], Enumerable.Range(0, Records).Except(first.Concat(second)));
    }

    /// <summary>The client counts a record as consumed when it hands it out.</summary>
    [Fact]
    public async Task Plain_AutoCommit_LosesTheRecordInHand()
    {
        var (topic, group) = await ProduceAsync();
        var (first, second) = await DieAndStartAgainAsync(
            topic, group,
            (_, record) =>
            {
                if (record.Offset == InHand)
                {
                    Wait.Until(() => GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 1).GetAwaiter().GetResult()[0] == InHand + 1);
                    ThrowInHand(record);
                }
            },
            static config => (config.EnableAutoCommit, config.AutoCommitIntervalMs) = (true, 100));

        Assert.Empty(first.Intersect(second));
        Assert.Equal([InHand], Enumerable.Range(0, Records).Except(first.Concat(second)));
    }

    /// <summary>The client dies under a record in hand; nothing can be committed any more.</summary>
    [Theory]
    [InlineData(CommitStrategy.PerRecord, 0)]
    [InlineData(CommitStrategy.Sync, Batch)]
    [InlineData(CommitStrategy.Async, InHand)]
    [InlineData(CommitStrategy.Auto, InHand)]
    public async Task Framework_ClientDies_LosesNothingAndRepeatsNoMoreThanItsStrategySays(CommitStrategy strategy, int bound)
    {
        var (topic, group) = await ProduceAsync();
        var clients = 0;
        var inHand = false;
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, group,
            async (record, _, token) =>
            {
                if (record.Offset == InHand && Volatile.Read(ref clients) == 1)
                {
                    Volatile.Write(ref inHand, true);
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
            options =>
            {
                options.Commit.Strategy = strategy;
                options.Commit.Interval = strategy is CommitStrategy.Async or CommitStrategy.Auto ? TimeSpan.FromMilliseconds(100) : null;
                options.MaxPollRecords = Batch;
                options.Buffer.MaxRecords = Batch;
            },
            services => services.AddSingleton(provider => new WatchedSources(ActivatorUtilities.CreateInstance<RecordSourceFactory>(provider))
            {
                Wrap = source => Interlocked.Increment(ref clients) == 1 ? new InterruptedSource(source, () => Volatile.Read(ref inHand)) : source,
            }));

        // It dies in the poll that brings this one.
        Wait.Until(() => Volatile.Read(ref inHand));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: Records);
        consumer.WaitUntilDone(Records + 1);
        consumer.WaitUntilLagIsZero();

        var repeated = consumer.Done.GroupBy(static record => record.Number).Where(static group => group.Count() > 1).Select(static group => group.Key).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{strategy}: {repeated.Count} of {InHand} handled records repeated, none lost");
        Assert.InRange(repeated.Count, 0, bound);
        Assert.Equal(Enumerable.Range(0, Records + 1), consumer.Done.Select(static record => record.Number).Distinct().Order());
        Assert.Equal(2, consumer.Started.Count(static record => record.Offset == InHand));
    }

    private async Task<(string Topic, string Group)> ProduceAsync()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        return (topic, KafkaBroker.UniqueName("group"));
    }

    private async Task<(IReadOnlyList<int> First, IReadOnlyList<int> Second)> DieAndStartAgainAsync(
        string topic,
        string group,
        Action<IConsumer<byte[]?, byte[]?>, ConsumeResult<byte[]?, byte[]?>> handle,
        Action<ConsumerConfig>? configure = null)
    {
        await using var first = new PlainLoop(Broker.BootstrapServers, topic, group, handle, configure);
        await first.WaitUntilDeadAsync();
        await using var second = new PlainLoop(Broker.BootstrapServers, topic, group, static (_, _) => { });
        Wait.Until(() => second.Handled.Contains(Records - 1));
        return (first.Handled, second.Handled);
    }

    private static void ThrowInHand(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (record.Offset == InHand)
        {
            throw new IOException("broken");
        }
    }
}
