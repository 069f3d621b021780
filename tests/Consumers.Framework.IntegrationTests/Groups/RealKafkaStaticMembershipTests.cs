using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Static members (KIP-345) on a real broker.</summary>
public sealed class RealKafkaStaticMembershipTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.StaticMembership)
{
    [Fact]
    public async Task Restart_WithinTheSession_KeepsThePartitionsWithoutARebalance()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        Task<TestConsumer> Start(string instance) => TestConsumer.StartAsync(Broker, topic, group, configure: options => options.GroupInstanceId = instance);
        await using var stays = await Start("stays");
        IEnumerable<int> before;
        await using (var leaves = await Start("restarts"))
        {
            Wait.Until(() => stays.Partitions.Count == 2 && leaves.Partitions.Count == 2);
            before = [.. leaves.Partitions.Select(partition => partition.TopicPartition.Partition.Value)];
        }

        var rebalances = Rebalances(stays);
        await using var returned = await Start("restarts");
        Wait.Until(() => returned.Partitions.Count == 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        Wait.Until(() => stays.Done.Count + returned.Done.Count == 40);

        Assert.Equal(before, returned.Partitions.Select(partition => partition.TopicPartition.Partition.Value));
        Assert.Equal(rebalances, Rebalances(stays));
    }

    [Fact]
    public async Task Fenced_ASecondMemberTakesTheInstanceId_TheFirstStopsAndSaysWhy()
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

    private static int Rebalances(TestConsumer consumer) => consumer.Logs.GetSnapshot().Count(entry => entry.Id.Name == "Rebalanced");
}
