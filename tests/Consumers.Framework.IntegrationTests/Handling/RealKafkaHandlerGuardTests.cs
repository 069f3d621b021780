using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Handling;

/// <summary>Handlers that take too long, in a group that would notice a member that does not poll.</summary>
public sealed class RealKafkaHandlerGuardTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups)
{
    private static readonly TimeSpan MaxPollInterval = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario28_HandlerTakesLongerThanMaxPollInterval_KeepsItsMembershipAndRepeatsNothing(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"),
            async (record, _, token) =>
            {
                if (record.Number == 4)
                {
                    await Task.Delay(MaxPollInterval + TimeSpan.FromSeconds(2), token);
                }
            },
            static options =>
            {
                options.MaxPollInterval = MaxPollInterval;
                options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(2);
                options.Commit.FinalTimeout = TimeSpan.FromSeconds(2);
                if (options.GroupProtocol == GroupProtocol.Classic)
                {
                    options.SessionTimeout = TimeSpan.FromSeconds(6);
                    options.HeartbeatInterval = TimeSpan.FromSeconds(1);
                }
            },
            protocol: protocol);

        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();

        Assert.Equal(10, consumer.Started.Count);
        Assert.DoesNotContain(
            consumer.Logs.GetSnapshot(),
            static entry => entry.Id.Name == "Rebalanced" && !entry.Message.Contains("assigned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MaxHandlerDuration_HandlerHonoursItsToken_IsTriedAgainAndCommitted()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"),
            async (record, context, token) =>
            {
                if (record.Number == 4 && context.Attempt < 3)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
            static options => options.MaxHandlerDuration = TimeSpan.FromMilliseconds(200));

        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();

        Assert.Equal(2, consumer.Logs.GetSnapshot().Count(static entry => entry.Id.Name == "HandlerOverdue"));
        Assert.Equal(2, consumer.Logs.GetSnapshot().Count(static entry => entry.Id.Name == "AttemptFailed"));
    }

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, GroupProtocol.Classic)]
    [InlineData(PartitionAssignor.Range, GroupProtocol.Classic)]
    [InlineData(null, GroupProtocol.Consumer)]
    public async Task ReplaceWorker_HandlerBlocksItsThread_LeavesCommitsTheOthersAndGoesOnAsANewMember(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        using var mayReturn = new ManualResetEventSlim();
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, group,
            (record, _, _) =>
            {
                if (record is { Partition: 0, Offset: 4 } && !mayReturn.IsSet)
                {
                    mayReturn.Wait(CancellationToken.None);
                }

                return ValueTask.CompletedTask;
            },
            options =>
            {
                options.Assignor = assignor;
                options.MaxHandlerDuration = TimeSpan.FromMilliseconds(500);
                options.WhenHandlerStuck = StuckHandlerPolicy.ReplaceWorker;
            },
            protocol: protocol);
        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "WorkerReplaced"));
        var committed = await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, partitions: 2);
        mayReturn.Set();

        // The record that was given up is handled by the new member.
        Wait.Until(() => consumer.Started.DistinctBy(static record => record.Number).Count() == 20 && consumer.Started.Count(static record => record is { Partition: 0, Offset: 4 }) == 2);
        consumer.WaitUntilLagIsZero();

        Assert.Equal(4, committed[0]);
        Assert.Equal(21, consumer.Started.Count);
        Assert.Equal(WorkerState.Running, consumer.Consumer.GetSnapshot().Workers[0].State);
        Assert.Equal(2, consumer.Sources.Made.Count);
        var commits = ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group).Where(static commit => commit.Offset is not null).ToList();
        foreach (var partition in commits.GroupBy(static commit => commit.Partition))
        {
            Assert.Equal(partition.Select(static commit => commit.Offset).Order(), partition.Select(static commit => commit.Offset));
        }
    }
}
