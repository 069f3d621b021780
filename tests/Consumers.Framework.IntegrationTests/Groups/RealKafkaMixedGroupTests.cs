using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Scenario 23: from an eager assignor to the cooperative one and back. The client cannot list both, so Kafka's own two steps are not to be had.</summary>
public sealed class RealKafkaMixedGroupTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.ConsumerProtocol)
{
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
        await using var stream = new NumberStream(Broker.BootstrapServers, topic, partitions: 4);
        var old = new[] { await ClassicAsync(topic, group, PartitionAssignor.Range), await ClassicAsync(topic, group, PartitionAssignor.Range) };
        Wait.Until(() => old.All(member => member.Done.Count > 50));

        await Task.WhenAll(old.Select(member => member.StopAsync()));
        var renewed = new[]
        {
            await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky), await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky),
        };

        await AssertEachOnceAsync(topic, group, stream, [.. old, .. renewed]);
    }

    [Theory]
    [InlineData(PartitionAssignor.Range)]
    [InlineData(PartitionAssignor.RoundRobin)]
    public async Task Scenario23_UpgradeMemberByMemberThroughTheConsumerProtocol_LosesAndRepeatsNothingAndNeverStops(PartitionAssignor eager)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var stream = new NumberStream(Broker.BootstrapServers, topic, partitions: 4);
        var members = new List<TestConsumer> { await ClassicAsync(topic, group, eager), await ClassicAsync(topic, group, eager) };
        var gone = new List<TestConsumer>();
        Wait.Until(() => members.All(member => member.Done.Count > 50));

        // Each round replaces the members one by one, as a rolling deployment does.
        foreach (var start in new Func<Task<TestConsumer>>[] { () => ConsumerProtocolAsync(topic, group), () => ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky) })
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

        await AssertEachOnceAsync(topic, group, stream, [.. gone, .. members]);
        Assert.DoesNotContain(gone.Concat(members).SelectMany(member => member.Logs.GetSnapshot()), entry => entry.Id.Name == "MixedGroup");
    }

    /// <summary>
    /// The broker converts no group whose members have data of their assignor's, and the client's cooperative one notes the generation from its
    /// second join on.
    /// </summary>
    [Fact]
    public async Task Scenario23_CooperativeGroupToTheConsumerProtocol_IsRefusedWithTheReasonUntilItsMembersHaveLeft()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky);
        await using var second = await ClassicAsync(topic, group, PartitionAssignor.CooperativeSticky);
        Wait.Until(() => first.Partitions.Count == 2 && second.Partitions.Count == 2);

        await using var newcomer = await TestConsumer.StartAsync(Broker, topic, group, Work, protocol: GroupProtocol.Consumer, awaitAssignment: false);
        WorkerSnapshot Newcomer() => newcomer.Consumer.GetSnapshot().Workers[0];
        Wait.Until(() => Newcomer().State == WorkerState.Restarting);
        Assert.Contains("the broker does not take it over to KIP-848", Newcomer().Failure, StringComparison.Ordinal);
        Assert.Contains(((RealKafkaBroker)Broker).ReadGroupLog(group), line => line.Contains("userData from a custom assignor would be lost", StringComparison.Ordinal));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        Wait.Until(() => first.Done.Count + second.Done.Count == 40);

        await first.StopAsync();
        await second.StopAsync();
        Wait.Until(() => Newcomer().Partitions.Count == 4, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario23_StaticMemberChangesItsAssignor_WaitsForItsOwnOldSessionUnlessItLeft(bool leaves)
    {
        var session = TimeSpan.FromSeconds(4);
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        Task<TestConsumer> Start(PartitionAssignor assignor, bool awaitAssignment) => TestConsumer.StartAsync(
            Broker, topic, group,
            configure: options =>
            {
                options.Assignor = assignor;
                options.GroupInstanceId = "same";
                options.SessionTimeout = session;
                options.Shutdown.LeaveGroupOnStop = leaves;
            },
            awaitAssignment: awaitAssignment);
        await using (await Start(PartitionAssignor.Range, awaitAssignment: true))
        {
        }

        var startedAt = TimeProvider.System.GetTimestamp();
        await using var renewed = await Start(PartitionAssignor.CooperativeSticky, awaitAssignment: false);
        Wait.Until(() => renewed.Partitions.Count == 2);
        var waited = TimeProvider.System.GetElapsedTime(startedAt);
        TestContext.Current.TestOutputHelper?.WriteLine($"leaves {leaves}: {waited.TotalSeconds:F1} s");

        Assert.InRange(waited, leaves ? TimeSpan.Zero : session / 2, leaves ? session / 2 : session * 3);
        Assert.Equal(!leaves, renewed.Logs.GetSnapshot().Any(entry => entry.Id.Name == "MixedGroup"));
    }

    private static async ValueTask Work(HandledRecord record, ConsumeContext context, CancellationToken cancellationToken) => await Task.Delay(5, cancellationToken);

    private Task<TestConsumer> ClassicAsync(string topic, string group, PartitionAssignor assignor) =>
        TestConsumer.StartAsync(Broker, topic, group, Work, options => options.Assignor = assignor);

    private Task<TestConsumer> ConsumerProtocolAsync(string topic, string group) =>
        TestConsumer.StartAsync(Broker, topic, group, Work, protocol: GroupProtocol.Consumer);

    private async Task AssertEachOnceAsync(string topic, string group, NumberStream stream, IReadOnlyList<TestConsumer> members)
    {
        var records = await stream.EndAsync();
        Wait.Until(() => members.Sum(member => member.Done.Count) >= records, TimeSpan.FromMinutes(1));
        foreach (var member in members)
        {
            await member.StopAsync();
        }

        var twice = members.SelectMany((member, index) => member.Done.Select(record => (Member: index, Record: record))).GroupBy(static done => done.Record.Number)
            .Where(static done => done.Count() > 1).SelectMany(static done => done).ToList();
        Assert.True(twice.Count == 0, $"Done twice: {string.Join(", ", twice)}.{Witnesses.OfTheTest()}");
        Assert.Equal(Enumerable.Range(0, records), members.SelectMany(static member => member.Done).Select(static record => record.Number).Order());
        Assert.Equal(records, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
        foreach (var member in members)
        {
            await member.DisposeAsync();
        }
    }
}
