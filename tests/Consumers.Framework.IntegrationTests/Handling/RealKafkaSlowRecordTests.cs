using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Handling;

/// <summary>Three members whose records take half a second; one closes. How long until the others hold its partitions?</summary>
public sealed class RealKafkaSlowRecordTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.ConsumerProtocol)
{
    private const int Partitions = 6;

    private static readonly TimeSpan Each = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky)]
    [InlineData(PartitionAssignor.Range)]
    [InlineData(null)]
    public async Task Close_OneOfThreeMembers_OthersHoldTheAssignmentWithinTheDrainAndASecond(PartitionAssignor? assignor)
    {
        var (topic, group) = await ProduceAsync();
        Task<TestConsumer> Start() => TestConsumer.StartAsync(
            Broker, topic, group, static async (_, _, token) => await Task.Delay(Each, token),
            options =>
            {
                options.Assignor = assignor;
                options.Rebalance.DrainTimeout = Drain;
            },
            protocol: assignor is null ? GroupProtocol.Consumer : GroupProtocol.Classic);
        await using var closing = await Start();
        await using var second = await Start();
        await using var third = await Start();
        TestConsumer[] all = [closing, second, third];
        Wait.Until(() => all.All(static member => member.Partitions.Count == 2 && member.Done.Count > 1));

        var startedAt = TimeProvider.System.GetTimestamp();
        var stopping = closing.StopAsync();
        Wait.Until(() => second.Partitions.Count == 3 && third.Partitions.Count == 3);
        var held = TimeProvider.System.GetElapsedTime(startedAt);
        await stopping;
        TestContext.Current.TestOutputHelper?.WriteLine($"{assignor?.ToString() ?? "KIP-848"}: the others held the assignment {held.TotalSeconds:F2} s after the stop");

        Assert.InRange(held, TimeSpan.Zero, Drain + TimeSpan.FromSeconds(1));
        await second.StopAsync();
        await third.StopAsync();
        var done = all.SelectMany(static member => member.Done).Select(static record => record.Number).ToList();
        Assert.Equal(done.Distinct().Count(), done.Count);
    }

    /// <summary>Scaled down: with 500 records to a batch it is 50 times as long, four minutes and more.</summary>
    [Fact]
    public async Task Close_OneOfThreeHandWrittenLoops_OthersHoldTheAssignmentAfterABatchAtTheEarliest()
    {
        const int batch = 10;
        var (topic, group) = await ProduceAsync();
        var config = new ConsumerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 500,
        };
        HandWrittenLoop[] loops = [.. Enumerable.Range(0, 3).Select(_ => new HandWrittenLoop(config, topic, batch, Each))];
        try
        {
            Wait.Until(() => loops.All(static loop => loop.Owned == 2), TimeSpan.FromMinutes(1));
            var begun = loops.Select(static loop => loop.Batches).ToArray();
            Wait.Until(() => loops[0].Batches > begun[0]);

            var startedAt = TimeProvider.System.GetTimestamp();
            loops[0].RequestStop();
            Wait.Until(() => loops[1].Owned == 3 && loops[2].Owned == 3, TimeSpan.FromMinutes(1));
            var held = TimeProvider.System.GetElapsedTime(startedAt);
            TestContext.Current.TestOutputHelper?.WriteLine($"hand-written loop, batch of {batch}: the others held the assignment {held.TotalSeconds:F2} s after the stop");

            Assert.InRange(held, batch * Each, TimeSpan.FromMinutes(1));
        }
        finally
        {
            foreach (var loop in loops)
            {
                loop.RequestStop();
            }

            Array.ForEach(loops, static loop => loop.Dispose());
        }
    }

    private async Task<(string Topic, string Group)> ProduceAsync()
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1_200);
        return (topic, KafkaBroker.UniqueName("group"));
    }
}
