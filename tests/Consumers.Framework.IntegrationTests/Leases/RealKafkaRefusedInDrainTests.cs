using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>
/// The group puts a member out in the middle of a revocation, others have its partitions meanwhile, and it comes back. The client of a static
/// cooperative member, which a broker takes in at its first request, has kept two of them all the time and says nothing of it.
/// </summary>
public sealed class RealKafkaRefusedInDrainTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases, BrokerCapabilities.OffsetsTopic | BrokerCapabilities.Process)
{
    [Theory]
    [InlineData(PartitionAssignor.Range, false)]
    [InlineData(PartitionAssignor.CooperativeSticky, false)]
    [InlineData(PartitionAssignor.CooperativeSticky, true)]
    public async Task Scenario04_BrokerTakesADrainingMemberForDead_ItComesBackAndGoesOnAtWhatOthersHaveCommitted(PartitionAssignor assignor, bool isStatic)
    {
        const int partitions = 4, count = 40;
        var topic = await Broker.CreateTopicAsync(partitions);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = ((RealKafkaBroker)Broker).OpenGroupProxy();
        await using var unheard = await StartAsync(proxy.BootstrapServers, async (_, _, _) => await mayEnd.Task, instance: isStatic ? "unheard" : null);
        Wait.Until(() => unheard.Started.Count == partitions);

        await using (var joiner = await StartAsync(Broker.BootstrapServers, static (_, _, _) => ValueTask.CompletedTask, awaitAssignment: false))
        {
            Wait.Until(() => unheard.Partitions.Any(static partition => partition.State == PartitionState.Draining));
            proxy.SwallowsHeartbeats = true;
            Wait.Until(() => joiner.Partitions.Count == partitions, TimeSpan.FromMinutes(1));
            joiner.WaitUntilLagIsZero();
            await joiner.StopAsync();
            Assert.Equal(count, joiner.Done.Count);
        }

        proxy.SwallowsHeartbeats = false;
        mayEnd.SetResult();
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count, first: count);
        Wait.Until(() => unheard.Done.Count(static record => record.Number >= count) >= count);
        unheard.WaitUntilLagIsZero();

        // What it had in memory of partitions that were not being revoked has run before it knew.
        Assert.Equal(Enumerable.Range(count, count), unheard.Done.Select(static record => record.Number).Where(static number => number >= count).Order());
        Assert.Equal(isStatic, unheard.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "Rejoined"));
        Assert.All(
            ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group).Where(static commit => commit.Offset is not null).GroupBy(static commit => commit.Partition),
            static commits => Assert.Equal(commits.Select(static commit => commit.Offset).Order(), commits.Select(static commit => commit.Offset)));

        Task<TestConsumer> StartAsync(string servers, Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle, string? instance = null, bool awaitAssignment = true) =>
            TestConsumer.StartAsync(
                Broker, topic, group, handle,
                options =>
                {
                    options.BootstrapServers = servers;
                    options.Assignor = assignor;
                    options.GroupInstanceId = instance;
                    options.MaxConcurrency = partitions;
                    options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(20);
                    options.SessionTimeout = TimeSpan.FromSeconds(6);
                },
                awaitAssignment: awaitAssignment);
    }
}
