using System.Collections.Concurrent;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A partition comes back to the process while a handler from its earlier assignment is still running.</summary>
public sealed class RealKafkaOverlapTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases)
{
    /// <summary>The partition goes from one worker to the other: another client, another thread, the same process.</summary>
    [Theory]
    [InlineData(PartitionAssignor.Range, GroupProtocol.Classic)]
    [InlineData(PartitionAssignor.CooperativeSticky, GroupProtocol.Classic)]
    [InlineData(null, GroupProtocol.Consumer)]
    public async Task Scenario14_Rebalance_HandlersIgnoreTheirToken_NoOffsetRunsTwiceAtOnce(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 8);
        var running = new ConcurrentDictionary<(int, long), int>();
        var overlaps = 0;
        var handlersMayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await StartAsync(async (record, _, _) =>
        {
            if (running.AddOrUpdate((record.Partition, record.Offset), 1, static (_, count) => count + 1) > 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            await handlersMayEnd.Task;
            running.AddOrUpdate((record.Partition, record.Offset), 0, static (_, count) => count - 1);
        });
        Wait.Until(() => consumer.Started.Count == 4);

        // The other takes some of the four away, handles nothing, and gives them back.
        await using (await StartAsync(static async (_, _, token) => await Task.Delay(Timeout.Infinite, token)))
        {
            Wait.Until(() => consumer.Partitions.Count < 4);
        }

        Wait.Until(() => consumer.Partitions.Count == 4 && consumer.Partitions.Any(partition => partition is { State: PartitionState.WaitingForHandler, Buffered: > 0 }));
        Assert.Contains(consumer.Logs.GetSnapshot(), entry => entry.Id.Name == "WaitsForHandler");
        handlersMayEnd.SetResult();
        consumer.WaitUntilLagIsZero();

        Assert.Equal(0, overlaps);
        Assert.Equal(8, consumer.Done.Select(record => (record.Partition, record.Offset)).Distinct().Count());

        Task<TestConsumer> StartAsync(Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle) => TestConsumer.StartAsync(
            Broker, topic, group, handle,
            options =>
            {
                options.Assignor = assignor;
                options.Workers = 2;
                options.MaxConcurrency = 4;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(200);
            },
            protocol: protocol);
    }
}
