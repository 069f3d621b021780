using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Scenario 23: from an eager assignor to the cooperative one and back. The client cannot list both, so Kafka's own two steps are not to be had.</summary>
public sealed class RealKafkaMixedGroupTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.ConsumerProtocol)
{
    private const int Records = 3_000;

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, PartitionAssignor.Range)]
    [InlineData(PartitionAssignor.RoundRobin, PartitionAssignor.CooperativeSticky)]
    public async Task Scenario23_MemberOfAnotherKindComes_IsToldWhyAndJoinsWhenTheOthersHaveLeft(PartitionAssignor old, PartitionAssignor different)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        await using var first = await TestConsumer.StartAsync(Broker, topic, group, configure: options => options.Assignor = old);
        await using var other = await TestConsumer.StartAsync(Broker, topic, group, configure: options => options.Assignor = different, awaitAssignment: false);

        Wait.Until(() => other.Consumer.GetSnapshot().Workers[0].ClientError is not null);
        Assert.Contains($"members that do not use {different}", other.Consumer.GetSnapshot().Workers[0].ClientError, StringComparison.Ordinal);
        first.WaitUntilDone(40);
        await first.StopAsync();
        Wait.Until(() => other.Partitions.Count == 4);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40, first: 40);
        other.WaitUntilDone(40);

        Assert.Single(other.Logs.GetSnapshot(), entry => entry.Id.Name == "MixedGroup");
        Assert.Null(other.Consumer.GetSnapshot().Workers[0].ClientError);
        Assert.Equal(Enumerable.Range(40, 40), other.Started.Select(record => record.Number).Order());
    }

    [Fact]
    public async Task Scenario23_UpgradeByStoppingAllMembersFirst_LosesAndRepeatsNothing()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        var producing = TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        var old = new[] { await ClassicAsync(topic, group, PartitionAssignor.Range), await ClassicAsync(topic, group, PartitionAssignor.Range) };
        Wait.Until(() => old.All(member => member.Done.Count > 50));

        await Task.WhenAll(old.Select(member => member.StopAsync()));
        var renewed = new[]
        {
            await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky), await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky),
        };

        await AssertEachOnceAsync(topic, group, producing, [.. old, .. renewed]);
    }

    [Theory]
    [InlineData(PartitionAssignor.Range, PartitionAssignor.CooperativeSticky)]
    [InlineData(PartitionAssignor.CooperativeSticky, PartitionAssignor.RoundRobin)]
    public async Task Scenario23_UpgradeMemberByMemberThroughTheConsumerProtocol_LosesAndRepeatsNothingAndNeverStops(PartitionAssignor from, PartitionAssignor to)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        var producing = TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        var members = new List<TestConsumer> { await ClassicAsync(topic, group, from), await ClassicAsync(topic, group, from) };
        var gone = new List<TestConsumer>();
        Wait.Until(() => members.All(member => member.Done.Count > 50));

        // Each round replaces the members one by one, as a rolling deployment does.
        foreach (var start in new Func<Task<TestConsumer>>[] { () => ConsumerProtocolAsync(topic, group), () => ClassicAsync(topic, group, to) })
        {
            for (var index = 0; index < 2; index++)
            {
                var old = members[index];
                members[index] = await start();
                Wait.Until(() => members[index].Partitions.Count > 0 && members[index].Done.Count > 10);
                await old.StopAsync();
                gone.Add(old);
                Wait.Until(() => members.All(member => member.Partitions.Count == 2));
            }
        }

        await AssertEachOnceAsync(topic, group, producing, [.. gone, .. members]);
        Assert.DoesNotContain(gone.Concat(members).SelectMany(member => member.Logs.GetSnapshot()), entry => entry.Id.Name == "MixedGroup");
    }

    private static async ValueTask Work(HandledRecord record, ConsumeContext context, CancellationToken cancellationToken) => await Task.Delay(5, cancellationToken);

    private Task<TestConsumer> ClassicAsync(string topic, string group, PartitionAssignor assignor) =>
        TestConsumer.StartAsync(Broker, topic, group, Work, options => options.Assignor = assignor);

    private Task<TestConsumer> ConsumerProtocolAsync(string topic, string group) =>
        TestConsumer.StartAsync(Broker, topic, group, Work, protocol: GroupProtocol.Consumer);

    private async Task AssertEachOnceAsync(string topic, string group, Task producing, IReadOnlyList<TestConsumer> members)
    {
        await producing;
        Wait.Until(() => members.Sum(member => member.Done.Count) >= Records, TimeSpan.FromMinutes(1));
        foreach (var member in members)
        {
            await member.StopAsync();
        }

        Assert.Equal(Enumerable.Range(0, Records), members.SelectMany(member => member.Done).Select(record => record.Number).Order());
        Assert.Equal(Records, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
        foreach (var member in members)
        {
            await member.DisposeAsync();
        }
    }
}
