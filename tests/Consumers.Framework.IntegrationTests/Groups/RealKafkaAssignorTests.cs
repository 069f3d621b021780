using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.Logging.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Where each assignor puts partitions, and what its members see of it.</summary>
public sealed class RealKafkaAssignorTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.ConsumerProtocol)
{
    /// <summary>The members by what they own of the topics a and b, three partitions each.</summary>
    public static TheoryData<PartitionAssignor?, RemoteAssignor?, string[]> Placements => new()
    {
        { PartitionAssignor.Range, null, ["a0 a1 b0 b1", "a2 b2"] },
        { PartitionAssignor.RoundRobin, null, ["a0 a2 b1", "a1 b0 b2"] },
        { null, RemoteAssignor.Range, ["a0 a1 b0 b1", "a2 b2"] },
    };

    [Theory, MemberData(nameof(Placements))]
    public async Task Placement_TwoTopicsOfThreePartitionsAndTwoMembers_IsExactly(PartitionAssignor? assignor, RemoteAssignor? remote, string[] expected)
    {
        var topics = await CreateTopicsAsync();
        await using var consumer = await StartAsync(topics, KafkaBroker.UniqueName("group"), assignor, remote, workers: 2);

        string[] Owned() => [.. consumer.Consumer.GetSnapshot().Workers.Select(worker => string.Join(' ', worker.Partitions
            .Select(partition => $"{partition.TopicPartition.Topic[0]}{partition.TopicPartition.Partition.Value}"))).Order(StringComparer.Ordinal)];
        Wait.Until(() => Owned().SequenceEqual(expected));
    }

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, null)]
    [InlineData(null, RemoteAssignor.Uniform)]
    public async Task Placement_BalancedAssignors_GiveEachMemberHalf(PartitionAssignor? assignor, RemoteAssignor? remote)
    {
        var topics = await CreateTopicsAsync();
        await using var consumer = await StartAsync(topics, KafkaBroker.UniqueName("group"), assignor, remote, workers: 2);

        Wait.Until(() => consumer.Consumer.GetSnapshot().Workers.All(worker => worker.Partitions.Count == 3));
        Assert.Equal(6, consumer.Partitions.Select(partition => partition.TopicPartition).Distinct().Count());
    }

    /// <summary>The callbacks of the member that stays and of the one that comes and goes, and how many rounds the joining takes.</summary>
    public static TheoryData<PartitionAssignor?, string[], string[], int?> Sequences => new()
    {
        {
            PartitionAssignor.Range,
            ["assigned 4", "revoked 4", "assigned 2", "revoked 2", "assigned 4"],
            ["assigned 2", "revoked 2"], 1
        },
        {
            PartitionAssignor.RoundRobin,
            ["assigned 4", "revoked 4", "assigned 2", "revoked 2", "assigned 4"],
            ["assigned 2", "revoked 2"], 1
        },
        {
            PartitionAssignor.CooperativeSticky,
            ["assigned 4", "revoked 2", "assigned 0", "assigned 0", "assigned 2"],
            ["assigned 0", "assigned 2", "revoked 2"], 2
        },
        {
            null,
            ["assigned 4", "revoked 2", "assigned 0", "assigned 2"],
            ["assigned 2", "revoked 2"], null
        },
    };

    [Theory, MemberData(nameof(Sequences))]
    public async Task Callbacks_AMemberComesAndGoes_AreInThisOrder(PartitionAssignor? assignor, string[] stays, string[] comes, int? rounds)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await StartAsync([topic], group, assignor, remote: null);
        Wait.Until(() => first.Partitions.Count == 4);
        var roundsBefore = Rounds(group);

        await using var second = await StartAsync([topic], group, assignor, remote: null);
        Wait.Until(() => first.Partitions.Count == 2 && second.Partitions.Count == 2);
        var roundsOfTheJoin = Rounds(group) - roundsBefore;
        await second.StopAsync();
        Wait.Until(() => first.Partitions.Count == 4);

        Assert.Equal(stays, Callbacks(first));
        Assert.Equal(comes, Callbacks(second));
        if (rounds is not null)
        {
            Assert.Equal(rounds, roundsOfTheJoin);
        }
    }

    [Theory]
    [InlineData(PartitionAssignor.CooperativeSticky, null)]
    [InlineData(PartitionAssignor.Range, null)]
    [InlineData(PartitionAssignor.RoundRobin, null)]
    [InlineData(null, RemoteAssignor.Uniform)]
    [InlineData(null, RemoteAssignor.Range)]
    public async Task Flow_KeysStrategiesAndMembersThatComeAndGo_LoseAndRepeatNothingAndKeepTheOrder(PartitionAssignor? assignor, RemoteAssignor? remote)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 6);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 600);
        Task<TestConsumer> Start(CommitStrategy strategy, RecordOrdering ordering) => StartAsync(
            [topic], group, assignor, remote, workers: 2, static async (_, _, token) => await Task.Delay(Random.Shared.Next(5, 15), token), options =>
            {
                options.Commit.Strategy = strategy;
                options.Ordering = ordering;
                options.MaxConcurrency = 2;
            });

        await using var first = await Start(CommitStrategy.Async, RecordOrdering.Partition);
        first.WaitUntilDone(50);
        await using var second = await Start(CommitStrategy.PerRecord, RecordOrdering.Partition);
        Wait.Until(() => second.Partitions.Count > 0);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 600, first: 600);
        second.WaitUntilDone(50);
        await first.StopAsync();
        await using var third = await Start(CommitStrategy.Sync, RecordOrdering.Key);
        Wait.Until(() => first.Done.Count + second.Done.Count + third.Done.Count >= 1_200, TimeSpan.FromMinutes(1));
        await second.StopAsync();
        await third.StopAsync();

        Assert.Equal(Enumerable.Range(0, 1_200), first.Done.Concat(second.Done).Concat(third.Done).Select(record => record.Number).Order());
        Assert.Equal(1_200, first.Started.Count + second.Started.Count + third.Started.Count);
        Assert.Equal(1_200, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
        foreach (var partition in first.Started.Concat(second.Started).GroupBy(record => record.Partition))
        {
            Assert.Equal(partition.Select(record => record.Offset).Order(), partition.Select(record => record.Offset));
        }
    }

    private static IReadOnlyList<string> Callbacks(TestConsumer consumer) =>
    [
        .. consumer.Logs.GetSnapshot().Where(entry => entry.Id.Name == "Rebalanced")
            .Select(entry => $"{entry.GetStructuredStateValue("Kind")} {entry.GetStructuredStateValue("Count")}"),
    ];

    /// <summary>Rounds of the classic protocol that have ended.</summary>
    private int Rounds(string group) =>
        ((RealKafkaBroker)Broker).ReadGroupLog(group).Count(line => line.Contains($"Stabilized group {group} ", StringComparison.Ordinal));

    private async Task<string[]> CreateTopicsAsync()
    {
        string[] topics = [KafkaBroker.UniqueName("a"), KafkaBroker.UniqueName("b")];
        foreach (var topic in topics)
        {
            await Broker.CreateTopicAsync(topic, partitions: 3);
        }

        return topics;
    }

    private Task<TestConsumer> StartAsync(
        string[] topics,
        string group,
        PartitionAssignor? assignor,
        RemoteAssignor? remote,
        int workers = 1,
        Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask>? handle = null,
        Action<KafkaConsumerOptions>? configure = null) => TestConsumer.StartAsync(
            Broker, topic: null, group, handle,
            options =>
            {
                options.Topics = topics;
                options.Workers = workers;
                options.Assignor = assignor;
                options.RemoteAssignor = remote;
                configure?.Invoke(options);
            },
            protocol: assignor is null ? GroupProtocol.Consumer : GroupProtocol.Classic);
}
