using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>What rebalance listeners are told while partitions change hands between members, on any broker.</summary>
public abstract class RebalanceListenerTests(KafkaBroker broker) : BrokerTests(broker)
{
    /// <summary>Each of a join and a leave is told to both members, with what is committed; nothing is repeated.</summary>
    protected async Task HandOverIsToldAsync(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        var firsts = new RecordingListener();
        var seconds = new RecordingListener();
        await using var first = await StartAsync(topic, group, firsts, assignor, protocol);
        first.WaitUntilDone(20);

        // The embedded broker takes no commit while a rebalance is open.
        first.WaitUntilLagIsZero();
        await using var second = await StartAsync(topic, group, seconds, assignor, protocol);
        Wait.Until(() => second.Partitions.Count == 1 && first.Partitions.Count == 1);
        var taken = second.Partitions.Single().TopicPartition.Partition.Value;

        // An eager member gives up everything and gets its part again.
        string[] join = assignor == PartitionAssignor.Range ? ["revoking 0,1", "revoked 0,1", $"assigned {1 - taken}"] : [$"revoking {taken}", $"revoked {taken}"];
        Wait.Until(() => firsts.Calls.Count == 1 + join.Length);
        Assert.Equal(["assigned 0,1", .. join], firsts.Names);
        Assert.Equal([$"assigned {taken}"], seconds.Names);
        var revoked = Assert.IsType<PartitionsRevokedContext>(firsts.Calls[2].Context);
        Assert.All(revoked.Committed, static committed => Assert.Equal(10, committed.Offset.Value));
        Assert.Equal(revoked.Partitions.Count, revoked.Committed.Count);

        await first.StopAsync();
        Wait.Until(() => second.Partitions.Count == 2);
        await second.StopAsync();

        Assert.Equal([$"revoking {1 - taken}", $"revoked {1 - taken}"], firsts.Names.Skip(1 + join.Length));
        Assert.Equal("revoking 0,1", seconds.Names[^2]);
        Assert.Equal("revoked 0,1", seconds.Names[^1]);
        Assert.DoesNotContain(firsts.Names.Concat(seconds.Names), static name => name.StartsWith("lost", StringComparison.Ordinal));
        Assert.Equal(20, first.Started.Count + second.Started.Count);
    }

    /// <summary>The offsets are in the user's store alone, and each start goes on exactly there.</summary>
    protected async Task OwnStoreDecidesWhereToStartAsync(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 100);
        var store = new OffsetStore();
        var handled = new ConcurrentQueue<HandledRecord>();
        foreach (var stopAfter in new[] { 30, 60, 100 })
        {
            using var mayGoOn = new SemaphoreSlim(stopAfter - handled.Count);
            await using var consumer = await TestConsumer.StartAsync(
                Broker, topic, group,
                async (record, context, token) =>
                {
                    await mayGoOn.WaitAsync(token);
                    handled.Enqueue(record);
                    store.Handled(context.TopicPartition, record.Offset);
                },
                options =>
                {
                    options.Assignor = assignor;

                    // Nothing is committed, and a start without the store's word would be an error, not a guess.
                    options.Commit.Strategy = CommitStrategy.Manual;
                    options.AutoOffsetReset = OffsetReset.None;
                    options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(11);
                    options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(10);
                },
                services => services.AddSingleton(store),
                protocol,
                build: static builder => builder.UseRebalanceListener<StoredOffsetsListener>());
            Wait.Until(() => handled.Count == stopAfter);
            await consumer.StopAsync();
        }

        Assert.Equal(Enumerable.Range(0, 100), handled.Select(static record => record.Number).Order());
        Assert.All((await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, partitions: 2)).Values, static offset => Assert.Equal(Offset.Unset.Value, offset));
    }

    private Task<TestConsumer> StartAsync(string topic, string group, RecordingListener listener, PartitionAssignor? assignor, GroupProtocol protocol) =>
        TestConsumer.StartAsync(
            Broker, topic, group,
            configure: options => options.Assignor = assignor,
            services: services => services.AddSingleton(listener),
            protocol: protocol,
            build: static builder => builder.UseRebalanceListener<RecordingListener>());
}
