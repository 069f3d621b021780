using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Static members (KIP-345) on a real broker.</summary>
public sealed class RealKafkaStaticMembershipTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.StaticMembership)
{
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(4);

    private RealKafkaBroker Real => (RealKafkaBroker)Broker;

    public static TheoryData<PartitionAssignor?, GroupProtocol> Protocols => new()
    {
        { PartitionAssignor.CooperativeSticky, GroupProtocol.Classic },
        { PartitionAssignor.Range, GroupProtocol.Classic },
        { null, GroupProtocol.Consumer },
    };

    [Theory, MemberData(nameof(Protocols))]
    public async Task Scenario24_RestartWithinTheSession_KeepsThePartitionsWithoutARebalance(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        Task<TestConsumer> Start(string instance) => StartAsync(topic, group, instance, options => options.Assignor = assignor, protocol);
        await using var stays = await Start("stays");
        IEnumerable<int> before;
        await using (var leaves = await Start("restarts"))
        {
            Wait.Until(() => stays.Partitions.Count == 2 && leaves.Partitions.Count == 2);
            before = Numbers(leaves);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
            Wait.Until(() => stays.Done.Count + leaves.Done.Count == 40);
        }

        var rebalances = Rebalances(group);
        var callbacks = Callbacks(stays);
        Assert.NotEqual(0, rebalances);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40, first: 40);
        await using var returned = await Start("restarts");
        Wait.Until(() => returned.Partitions.Count == 2);
        Wait.Until(() => stays.Done.Count + returned.Done.Count >= 60);
        returned.WaitUntilLagIsZero();

        Assert.Equal(before, Numbers(returned));
        Assert.Equal(rebalances, Rebalances(group));
        Assert.Equal(callbacks, Callbacks(stays));

        // Nothing of the first half comes again.
        Assert.Equal(Enumerable.Range(40, 40).Where(number => before.Contains(number % 4)), returned.Started.Select(record => record.Number).Order());
    }

    [Fact]
    public async Task Scenario25_NeverComesBack_PartitionsMoveWhenTheSessionIsOver()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var stays = await StartAsync(topic, group, "stays", ShortSession);
        await using (var leaves = await StartAsync(topic, group, "leaves", ShortSession))
        {
            Wait.Until(() => stays.Partitions.Count == 2 && leaves.Partitions.Count == 2);
        }

        var leftAt = TimeProvider.System.GetTimestamp();
        Wait.Until(() => stays.Partitions.Count == 4);
        var moved = TimeProvider.System.GetElapsedTime(leftAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"session {Session}, moved after {moved}");

        // The session runs from the last heartbeat.
        Assert.InRange(moved, Session - TimeSpan.FromSeconds(1), Session + TimeSpan.FromSeconds(3));

        // It comes back later than that: as any new member.
        await using var returned = await StartAsync(topic, group, "leaves", ShortSession);
        Wait.Until(() => stays.Partitions.Count == 2 && returned.Partitions.Count == 2);
    }

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky)]
    [InlineData(PartitionAssignor.Range)]
    public async Task Scenario25_LeaveGroupOnStop_GivesThePartitionsToTheOthersAtOnce(PartitionAssignor assignor)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 400);
        Task<TestConsumer> Start(string instance) => TestConsumer.StartAsync(
            Broker, topic, group, static async (_, _, token) => await Task.Delay(5, token), options =>
            {
                options.GroupInstanceId = instance;
                options.Assignor = assignor;
                options.Shutdown.LeaveGroupOnStop = true;
            });
        await using var stays = await Start("stays");
        await using var leaves = await Start("leaves");
        Wait.Until(() => stays.Partitions.Count == 2 && leaves.Partitions.Count == 2);
        leaves.WaitUntilDone(20);

        await leaves.StopAsync();
        var leftAt = TimeProvider.System.GetTimestamp();
        Wait.Until(() => stays.Partitions.Count == 4);
        var moved = TimeProvider.System.GetElapsedTime(leftAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"{assignor}: moved {moved.TotalMilliseconds:F0} ms after the stop");

        // The session is 10 s.
        Assert.InRange(moved, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Wait.Until(() => stays.Done.Count + leaves.Done.Count >= 400);
        Assert.Equal(Enumerable.Range(0, 400), stays.Done.Concat(leaves.Done).Select(record => record.Number).Order());
    }

    [Fact]
    public async Task Scenario26_ClassicFencedByItsCommit_TheFirstStopsAndSaysWhy()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        Task<TestConsumer> Start() => TestConsumer.StartAsync(
            Broker, topic, group, async (_, _, token) => await Task.Delay(5, token), options =>
            {
                options.GroupInstanceId = "same";
                options.Commit.Strategy = CommitStrategy.PerRecord;
            });
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 400);
        await using var first = await Start();
        first.WaitUntilDone(20);
        await using var second = await Start();

        Wait.Until(() => first.Consumer.GetSnapshot().Workers[0].State == WorkerState.Fenced);
        var stopped = first.Started.Count;
        Assert.Contains("'same'", first.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        second.WaitUntilLagIsZero();
        Assert.Equal(stopped, first.Started.Count);
        Assert.Empty(Enumerable.Range(0, 400).Except(first.Done.Concat(second.Done).Select(record => record.Number)));
    }

    [Fact]
    public async Task Scenario26_ClassicFencedByItsHeartbeat_TheFirstStopsAndSaysWhy()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await StartAsync(topic, group, "same");
        await using var second = await StartAsync(topic, group, "same");

        Wait.Until(() => first.Consumer.GetSnapshot().Workers[0].State == WorkerState.Fenced);
        Assert.Contains("'same'", first.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        Assert.Equal(WorkerState.Running, second.Consumer.GetSnapshot().Workers[0].State);
        Assert.Single(first.Logs.GetSnapshot(), entry => entry.Id.Name == "WorkerFailed");
    }

    [Fact]
    public async Task Scenario26_ConsumerProtocol_TheNewcomerIsFencedAndTheFirstIsUndisturbed()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await StartAsync(topic, group, "same", protocol: GroupProtocol.Consumer);
        Wait.Until(() => first.Partitions.Count == 2);
        var rebalances = Rebalances(group);
        await using var second = await TestConsumer.StartAsync(
            Broker, topic, group, configure: options => options.GroupInstanceId = "same", protocol: GroupProtocol.Consumer, awaitAssignment: false);

        Wait.Until(() => second.Consumer.GetSnapshot().Workers[0].State == WorkerState.Fenced);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        first.WaitUntilDone(40);

        Assert.Contains("'same'", second.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        Assert.Empty(second.Started);
        Assert.Single(second.Logs.GetSnapshot(), entry => entry.Id.Name == "WorkerFailed");
        Assert.Equal(rebalances, Rebalances(group));
    }

    private static void ShortSession(KafkaConsumerOptions options) => options.SessionTimeout = Session;

    private static IReadOnlyList<int> Numbers(TestConsumer consumer) => [.. consumer.Partitions.Select(partition => partition.TopicPartition.Partition.Value).Order()];

    private static int Callbacks(TestConsumer consumer) => consumer.Logs.GetSnapshot().Count(entry => entry.Id.Name == "Rebalanced");

    /// <summary>What the coordinator says when it begins one: the first in a classic group, the second in one of KIP-848.</summary>
    private int Rebalances(string group) => Real.ReadGroupLog(group).Count(line =>
        line.Contains($"Preparing to rebalance group {group} ", StringComparison.Ordinal) || line.Contains("Bumped group epoch", StringComparison.Ordinal));

    private Task<TestConsumer> StartAsync(
        string topic, string group, string instance, Action<KafkaConsumerOptions>? configure = null, GroupProtocol protocol = GroupProtocol.Classic) =>
        TestConsumer.StartAsync(
            Broker, topic, group,
            configure: options =>
            {
                options.GroupInstanceId = instance;
                configure?.Invoke(options);
            },
            protocol: protocol);
}
