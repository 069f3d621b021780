using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A second member comes and goes: what the first one keeps is not touched, and what comes back to it is neither paused nor forgotten.</summary>
public sealed class RealKafkaRetainedPartitionTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases)
{
    /// <summary>Those whose rebalances leave what does not move where it is.</summary>
    public static TheoryData<GroupProtocol> Incremental => [GroupProtocol.Classic, GroupProtocol.Consumer];

    [Theory, MemberData(nameof(Incremental))]
    public async Task Scenario22_AssignOnly_AfterARevocation_LeavesTheBuffersOfTheOthers(GroupProtocol protocol)
    {
        const int perPartition = 25;
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 4 * perPartition);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await StartAsync(topic, group, protocol, mayEnd.Task);
        Wait.Until(() => first.Partitions is { Count: 4 } partitions && partitions.All(static partition => partition is { InFlight: 1, Buffered: perPartition - 1 }));

        int[] retained;
        await using (await StartAsync(topic, group, protocol, Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken)))
        {
            Wait.Until(() => first.Partitions.Count == 2);
            retained = [.. first.Partitions.Select(static partition => partition.TopicPartition.Partition.Value)];
        }

        Wait.Until(() => first.Partitions.Count == 4);
        Assert.All(retained, number => Assert.Equal((1, perPartition - 1), (first.Partition(number).InFlight, first.Partition(number).Buffered)));
        mayEnd.SetResult();
        first.WaitUntilLagIsZero();

        Assert.Equal(Enumerable.Range(0, 4 * perPartition), first.Done.Select(static record => record.Number).Order());
        Assert.All(retained, number => Assert.Equal(
            Enumerable.Range(0, perPartition), first.Started.Where(record => record.Partition == number).Select(static record => (int)record.Offset)));
    }

    [Theory, MemberData(nameof(Incremental))]
    public async Task Scenario21_Pause_PartitionIsAssignedMeanwhile_HandlesNothingOfItUntilResume(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var paused = await StartAsync(topic, group, protocol, Task.CompletedTask);
        await using (await StartAsync(topic, group, protocol, Task.CompletedTask))
        {
            Wait.Until(() => paused.Partitions.Count == 1);
            paused.Consumer.Pause();
            Wait.Until(() => paused.Partitions is [{ State: PartitionState.Paused }]);
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        Wait.Until(() => paused.Partitions is { Count: 2 } partitions && partitions.All(static partition => partition.State == PartitionState.Paused));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestConsumer.Never(() => !paused.Started.IsEmpty));
        paused.Consumer.Resume();
        paused.WaitUntilDone(20);
    }

    /// <summary>To the client it is still paused when it comes back.</summary>
    [Theory, MemberData(nameof(Incremental))]
    public async Task Scenario20_Pause_PartitionComesBackAfterTheResume_Flows(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await StartAsync(topic, group, protocol, Task.CompletedTask);
        Wait.Until(() => first.Partitions.Count == 2);
        first.Consumer.Pause();
        Wait.Until(() => first.Partitions.All(static partition => partition.State == PartitionState.Paused));
        await using (await StartAsync(topic, group, protocol, Task.CompletedTask))
        {
            Wait.Until(() => first.Partitions.Count == 1);
            first.Consumer.Resume();
            Wait.Until(() => first.Partitions is [{ State: PartitionState.Running }]);
        }

        Wait.Until(() => first.Partitions.Count == 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        first.WaitUntilDone(20);
    }

    private Task<TestConsumer> StartAsync(string topic, string group, GroupProtocol protocol, Task mayEnd) => TestConsumer.StartAsync(
        Broker, topic, group,
        async (_, _, token) => await mayEnd.WaitAsync(token),
        options =>
        {
            options.MaxConcurrency = 4;
            options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(200);
        },
        protocol: protocol);
}
