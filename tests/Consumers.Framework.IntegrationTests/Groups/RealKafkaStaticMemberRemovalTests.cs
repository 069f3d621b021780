using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Groups;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Scenario 25: a static member that never comes back is removed before its session times out.</summary>
public sealed class RealKafkaStaticMemberRemovalTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.StaticMembership)
{
    private ClientConfig Client => new() { BootstrapServers = Broker.BootstrapServers };

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky)]
    [InlineData(PartitionAssignor.Range)]
    [InlineData(PartitionAssignor.RoundRobin)]
    public async Task Scenario25_Remove_OfADeadMember_GivesItsPartitionsToTheOthers(PartitionAssignor assignor)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var stays = await StartAsync(topic, group, "stays", assignor);
        await using (var dies = await StartAsync(topic, group, "dies", assignor))
        {
            Wait.Until(() => stays.Partitions.Count == 2 && dies.Partitions.Count == 2);
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        var startedAt = TimeProvider.System.GetTimestamp();
        Assert.True(await StaticMembers.RemoveAsync(Client, group, "dies", TestContext.Current.CancellationToken));
        Wait.Until(() => stays.Partitions.Count == 4);
        var moved = TimeProvider.System.GetElapsedTime(startedAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"{assignor}: moved {moved.TotalMilliseconds:F0} ms after the removal began");

        // Its session is a minute, that of whoever takes its place to remove it ten seconds.
        Assert.InRange(moved, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        stays.WaitUntilDone(40);
        Assert.Equal(Enumerable.Range(0, 40), stays.Done.Select(record => record.Number).Order());
        Assert.False(await StaticMembers.RemoveAsync(Client, group, "dies", TestContext.Current.CancellationToken));
    }

    /// <summary>The group waits for the dead member to join again, and tells neither its assignor nor what anybody owns.</summary>
    [Fact]
    public async Task Scenario25_Remove_WhileARebalanceWaitsForTheDeadMember_EndsTheWait()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        await using var stays = await StartAsync(topic, group, "stays", PartitionAssignor.RoundRobin);
        await using (var dies = await StartAsync(topic, group, "dies", PartitionAssignor.RoundRobin))
        {
            Wait.Until(() => stays.Partitions.Count == 2 && dies.Partitions.Count == 2);
            Wait.Until(() => stays.Done.Count + dies.Done.Count >= 40);
        }

        await using var comes = await TestConsumer.StartAsync(
            Broker, topic, group, configure: static options => options.Assignor = PartitionAssignor.RoundRobin, awaitAssignment: false);
        using var admin = Broker.BuildAdmin();
        await Wait.UntilAsync(async () =>
            (await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions.Single().State == ConsumerGroupState.PreparingRebalance);

        Assert.True(await StaticMembers.RemoveAsync(Client, group, "dies", TestContext.Current.CancellationToken));

        Wait.Until(() => stays.Partitions.Count == 2 && comes.Partitions.Count == 2, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Scenario25_Remove_OfALiveMember_TakesItsPartitionsAndItKnows()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var stays = await StartAsync(topic, group, "stays");
        await using var lives = await StartAsync(topic, group, "lives");
        Wait.Until(() => stays.Partitions.Count == 2 && lives.Partitions.Count == 2);

        Assert.True(await StaticMembers.RemoveAsync(Client, group, "lives", TestContext.Current.CancellationToken));

        // Its next heartbeat finds either the one that took its place or nobody. In the second case it comes back at once.
        Wait.Until(() => lives.Consumer.GetSnapshot().Workers[0].State == WorkerState.Fenced
            || lives.Logs.GetSnapshot().Any(entry => entry.Message.Contains("2 partitions lost", StringComparison.Ordinal)));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        Wait.Until(() => stays.Done.Concat(lives.Done).Select(record => record.Number).Distinct().Count() == 40);
        TestContext.Current.TestOutputHelper?.WriteLine($"state {lives.Consumer.GetSnapshot().Workers[0].State}");
    }

    [Fact]
    public async Task Scenario25_Remove_UnderTheConsumerProtocol_IsRefusedWithTheReason()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await StartAsync(topic, group, "member", assignor: null, GroupProtocol.Consumer);

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => StaticMembers.RemoveAsync(Client, group, "member", TestContext.Current.CancellationToken));

        Assert.Contains("KIP-848", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("group.consumer.session.timeout.ms", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, consumer.Partitions.Count);
    }

    [Fact]
    public async Task Scenario25_Remove_OfNobody_IsFalse()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await using var dynamic = await TestConsumer.StartAsync(Broker, topic, group);

        Assert.False(await StaticMembers.RemoveAsync(Client, group, "nobody", TestContext.Current.CancellationToken));
        Assert.False(await StaticMembers.RemoveAsync(Client, KafkaBroker.UniqueName("group"), "nobody", TestContext.Current.CancellationToken));
    }

    private Task<TestConsumer> StartAsync(
        string topic, string group, string instance, PartitionAssignor? assignor = PartitionAssignor.CooperativeSticky, GroupProtocol protocol = GroupProtocol.Classic) =>
        TestConsumer.StartAsync(
            Broker, topic, group,
            configure: options =>
            {
                options.GroupInstanceId = instance;
                options.Assignor = assignor;
                if (protocol == GroupProtocol.Classic)
                {
                    options.SessionTimeout = TimeSpan.FromMinutes(1);
                }
            },
            protocol: protocol);
}
