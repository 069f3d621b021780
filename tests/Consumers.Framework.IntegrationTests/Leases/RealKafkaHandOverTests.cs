using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>How partitions go from one member to another. Only a real broker counts here.</summary>
public sealed class RealKafkaHandOverTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases)
{
    private static readonly TimeSpan IntoItsRecord = TimeSpan.FromSeconds(3);

    public static TheoryData<CommitStrategy, GroupProtocol> WaitingStrategies => new MatrixTheoryData<CommitStrategy, GroupProtocol>(
        [CommitStrategy.PerRecord, CommitStrategy.Sync, CommitStrategy.Manual], [GroupProtocol.Classic, GroupProtocol.Consumer]);

    [Theory, MemberData(nameof(WaitingStrategies))]
    public async Task Scenario15_Join_HandlerIsThreeSecondsIntoItsRecord_HandsOverWhenTheHandlerEndsAndRepeatsNothing(CommitStrategy strategy, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        var handlersMayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var startedAt = TimeProvider.System.GetTimestamp();

        await using var first = await TestConsumer.StartAsync(
            Broker, topic, group,
            async (record, context, token) =>
            {
                await handlersMayEnd.Task.WaitAsync(token);
                await StrategyConformanceTests.CommitWhenManual(strategy)(record, context, token);
            },
            options => Slow(options, strategy), protocol: protocol);
        Wait.Until(() => first.Started.Count == 2);

        await using var second = await TestConsumer.StartAsync(
            Broker, topic, group, StrategyConformanceTests.CommitWhenManual(strategy), options => Slow(options, strategy), protocol: protocol, awaitAssignment: false);
        Wait.Until(() => first.Consumer.GetSnapshot().Workers[0].State == WorkerState.Rebalancing && TimeProvider.System.GetElapsedTime(startedAt) > IntoItsRecord);
        Assert.Empty(second.Started);

        var releasedAt = TimeProvider.System.GetTimestamp();
        handlersMayEnd.SetResult();
        Wait.Until(() => second.Partitions.Count == 1 && !second.Started.IsEmpty);
        var handOver = TimeProvider.System.GetElapsedTime(releasedAt);

        Wait.Until(() => first.Done.Count + second.Done.Count >= 40);
        Assert.InRange(handOver, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(Enumerable.Range(0, 40), first.Done.Concat(second.Done).Select(record => record.Number).Order());
        Assert.Equal(40, first.Started.Count + second.Started.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{strategy}, {protocol}: handed over {handOver.TotalMilliseconds:F0} ms after the handler ended");
    }

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, GroupProtocol.Classic)]
    [InlineData(PartitionAssignor.Range, GroupProtocol.Classic)]
    [InlineData(PartitionAssignor.RoundRobin, GroupProtocol.Classic)]
    [InlineData(null, GroupProtocol.Consumer)]
    public async Task JoinAndLeave_UnderLoad_NothingIsLostOrRepeatedAndCommitsOnlyGrow(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 2_000);
        Task<TestConsumer> Start() => TestConsumer.StartAsync(
            Broker, topic, group,
            async (_, _, token) => await Task.Delay(Random.Shared.Next(5), token),
            options =>
            {
                options.Assignor = assignor;
                options.MaxConcurrency = 4;
            },
            protocol: protocol);

        await using var first = await Start();
        first.WaitUntilDone(50);
        await using var second = await Start();
        second.WaitUntilDone(50);
        await first.StopAsync();
        await using var third = await Start();
        Wait.Until(() => first.Done.Count + second.Done.Count + third.Done.Count >= 2_000, TimeSpan.FromMinutes(1));
        await second.StopAsync();
        await third.StopAsync();

        Assert.Equal(Enumerable.Range(0, 2_000), first.Done.Concat(second.Done).Concat(third.Done).Select(record => record.Number).Order());
        Assert.Equal(2_000, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
        AssertCommitsOnlyGrow(group);
    }

    [Fact]
    public async Task Revoked_HandlerIgnoresItsTokenPastTheDrain_CompletionIsCountedAndNeverCommitted()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        var handlersMayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stubborn = await TestConsumer.StartAsync(
            Broker, topic, group,
            async (record, _, _) =>
            {
                if (record.Offset == 0)
                {
                    await handlersMayEnd.Task;
                }
            },
            options =>
            {
                options.MaxConcurrency = 2;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(300);
            });
        Wait.Until(() => stubborn.Started.Count == 2);

        await using var other = await TestConsumer.StartAsync(Broker, topic, group);
        Wait.Until(() => other.Partitions.Count == 1);
        var taken = other.Partitions.Single().TopicPartition.Partition.Value;
        Wait.Until(() => other.Partition(taken) is { Lag: 0, Committed: 10 });
        var commitsBefore = Commits(group).Count(commit => commit.Partition.Partition.Value == taken);

        handlersMayEnd.SetResult();
        Wait.Until(() => stubborn.Logs.GetSnapshot().Any(entry => entry.Id.Name == "StaleCompletion"));
        stubborn.WaitUntilLagIsZero();
        await stubborn.StopAsync();
        await other.StopAsync();

        var stale = Assert.Single(stubborn.Logs.GetSnapshot(), entry => entry.Id.Name == "StaleCompletion");
        Assert.Contains($"{topic}[{taken}] offset 0", stale.Message, StringComparison.Ordinal);
        Assert.Contains(stubborn.Logs.GetSnapshot(), entry => entry.Id.Name == "DrainTimedOut" && entry.Message.Contains($"{topic}[{taken}]", StringComparison.Ordinal));
        Assert.All(Commits(group).Where(commit => commit.Partition.Partition.Value == taken).Skip(commitsBefore), commit => Assert.Equal(10, commit.Offset));
        AssertCommitsOnlyGrow(group);
    }

    [Fact]
    public async Task Lost_BrokerWasAwayLongerThanTheSession_CommitsNothingOfItAndGoesOn()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        var cancelled = 0;
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, group,
            async (record, _, token) =>
            {
                if (record.Offset == 2 && Volatile.Read(ref cancelled) == 0)
                {
                    await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => Interlocked.Increment(ref cancelled), TestContext.Current.CancellationToken);
                    token.ThrowIfCancellationRequested();
                }
            });
        Wait.Until(() => consumer.Started.Any(record => record.Offset == 2));

        // Its heartbeats stay away for a session.
        var frozen = (RealKafkaBroker)Broker;
        frozen.Freeze();
        try
        {
            Wait.Until(() => consumer.Logs.GetSnapshot().Any(entry => entry.Message.Contains("partitions lost", StringComparison.Ordinal)));
        }
        finally
        {
            frozen.Thaw();
        }

        consumer.WaitUntilDone(5);
        consumer.WaitUntilLagIsZero(TimeSpan.FromMinutes(1));
        Assert.Equal(1, cancelled);
        AssertCommitsOnlyGrow(group);
    }

    private static void Slow(KafkaConsumerOptions options, CommitStrategy strategy)
    {
        options.Commit.Strategy = strategy;
        options.MaxConcurrency = 2;
        options.MaxPollRecords = 5;
    }

    private List<OffsetCommitRecord> Commits(string group) => [.. ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group).Where(commit => commit.Offset is not null)];

    private void AssertCommitsOnlyGrow(string group)
    {
        foreach (var partition in Commits(group).GroupBy(commit => commit.Partition))
        {
            Assert.Equal(partition.Select(commit => commit.Offset).Order(), partition.Select(commit => commit.Offset));
        }
    }
}
