using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A final commit inside a cooperative revocation is refused, and the group leaves the member what it did not want back.</summary>
public sealed class EmbeddedRefusedInDrainTests(TestBrokers brokers) : BrokerTests(brokers.Embedded)
{
    [Fact]
    public async Task Scenario04_FinalCommitIsRefused_WhatIsKeptGoesOnAtItsCommit()
    {
        const int count = 40;
        await using var own = new EmbeddedBroker();
        await own.SkipIfUnavailableAsync();
        var topic = await own.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(own.BootstrapServers, topic, count);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var first = await StartAsync(async (_, _, _) => await mayEnd.Task);
        Wait.Until(() => first.Started.Count == 4);

        await using var joiner = await StartAsync(static (_, _, _) => ValueTask.CompletedTask, awaitAssignment: false);
        Wait.Until(() => first.Partitions.Count(static partition => partition.State == PartitionState.Draining) == 2);
        own.Cluster.FailNext(KafkaApi.OffsetCommit, ErrorCode.UnknownMemberId);
        mayEnd.SetResult();
        Wait.Until(() => first.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "MembershipEnded"));
        Wait.Until(() => first.Partitions.Count == 2 && joiner.Partitions.Count == 2, TimeSpan.FromMinutes(1));

        await TestProducer.ProduceAsync(own.BootstrapServers, topic, count, first: count);
        Wait.Until(() => first.Done.Concat(joiner.Done).Select(static record => record.Number).Distinct().Count() == 2 * count);
        first.WaitUntilLagIsZero();
        joiner.WaitUntilLagIsZero();
        Assert.Equal(Enumerable.Range(0, 2 * count), first.Done.Concat(joiner.Done).Select(static record => record.Number).Distinct().Order());

        Task<TestConsumer> StartAsync(Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle, bool awaitAssignment = true) =>
            TestConsumer.StartAsync(
                own, topic, group, handle,
                static options =>
                {
                    options.Assignor = PartitionAssignor.CooperativeSticky;
                    options.MaxConcurrency = 4;
                },
                awaitAssignment: awaitAssignment);
    }
}
