using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Jobs;

/// <summary>Jobs with a group: they go on where they were, and leave groups alone that have members.</summary>
public sealed class RealKafkaJobTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.AdminApi)
{
    [Theory]
    [InlineData(CommitStrategy.Async, GroupProtocol.Classic)]
    [InlineData(CommitStrategy.Async, GroupProtocol.Consumer)]
    [InlineData(CommitStrategy.PerRecord, GroupProtocol.Classic)]
    public async Task Job_StoppedInTheMiddle_GoesOnThereAndHandlesNothingTwice(CommitStrategy strategy, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1_000);
        List<int> handled;
        await using (var first = await StartAsync())
        {
            first.WaitUntilDone(300);
            await first.StopAsync();
            handled = [.. first.Done.Select(static record => record.Number)];
        }

        Assert.InRange(handled.Count, 300, 999);
        await using var second = await StartAsync();
        await second.WaitUntilCompletedAsync();

        handled.AddRange(second.Done.Select(static record => record.Number));
        Assert.Equal(Enumerable.Range(0, 1_000), handled.Order());
        Assert.Equal([500L, 500], (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values);

        Task<TestConsumer> StartAsync() => TestConsumer.StartAsync(
            Broker, null, group, static async (_, _, token) => await Task.Delay(1, token),
            options =>
            {
                options.Partitions[topic] = [0, 1];
                options.From = "Committed";
                options.Until = "End";
                options.MaxConcurrency = 2;
                options.Commit.Strategy = strategy;
            },
            protocol: protocol, awaitAssignment: false);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario11_Job_GroupHasMembers_IsRefusedBeforeItReads(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        await using var member = await TestConsumer.StartAsync(Broker, topic, group, protocol: protocol);
        member.WaitUntilDone(20);
        member.WaitUntilLagIsZero();
        await using var job = await TestConsumer.StartAsync(Broker, null, group, configure: Job(topic), awaitAssignment: false);

        Wait.Until(() => job.Consumer.GetSnapshot().Workers[0].State == WorkerState.Restarting);

        Assert.Contains($"Kafka:Consumers:numbers:GroupId = {group}: the group has a member", job.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        Assert.Contains("nothing is read", job.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        Assert.Empty(job.Started);
        Assert.Equal([10L, 10], (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values);
    }

    /// <summary>When the last member has left, the next attempt reads.</summary>
    [Fact]
    public async Task Job_GroupsMembersHaveLeft_IsRead()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        var member = await TestConsumer.StartAsync(Broker, topic, group);
        await using var job = await TestConsumer.StartAsync(Broker, null, group, configure: Job(topic), awaitAssignment: false);
        Wait.Until(() => job.Consumer.GetSnapshot().Workers[0].State == WorkerState.Restarting);

        await member.DisposeAsync();

        await job.WaitUntilCompletedAsync();
        Assert.Equal(20, job.Done.Count);
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario04_Job_GroupGetsMembersMeanwhile_FailsAtItsNextCommitAndSaysWhy(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        await using var job = await TestConsumer.StartAsync(Broker, null, group, configure: options => options.Partitions[topic] = [0], awaitAssignment: false);
        job.WaitUntilLagIsZero();
        await using var member = await TestConsumer.StartAsync(Broker, topic, group, protocol: protocol);

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 5);

        Wait.Until(() => job.Consumer.GetSnapshot().Workers[0].State == WorkerState.Restarting, TimeSpan.FromSeconds(5));
        Assert.Contains($"GroupId = {group}: the group has a member", job.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        Assert.Contains("because a commit was refused", job.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
        member.WaitUntilLagIsZero();
        Assert.Equal(6, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    [Fact]
    public async Task Job_UntilReachedIsStopHost_TheHostStops()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        await using var job = await TestConsumer.StartAsync(
            Broker, null, KafkaBroker.UniqueName("group"),
            configure: options =>
            {
                Job(topic)(options);
                options.UntilReached = CompletionPolicy.StopHost;
            },
            awaitAssignment: false);

        await job.WaitForShutdownAsync();

        Assert.Equal(20, job.Done.Count);
        Assert.Equal(0, Environment.ExitCode);
    }

    private static Action<KafkaConsumerOptions> Job(string topic) => options =>
    {
        options.Partitions[topic] = [0, 1];
        options.From = "Earliest";
        options.Until = "End";
    };
}
