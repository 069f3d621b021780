using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>Where a partition starts: the table of docs/positions.md, and what the table leaves out.</summary>
public sealed class RealKafkaPositionTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.AdminApi | BrokerCapabilities.ConsumerProtocol)
{
    private static readonly string[] Events = ["StartsWithoutCommit", "NoOffset", "PositionReset", "OutOfRange", "ResetVetoed", "SentBack", "CommittedUnknown"];

    public static TheoryData<PositionOutcome, GroupProtocol, PollingSource> Outcomes
    {
        get
        {
            var data = new TheoryData<PositionOutcome, GroupProtocol, PollingSource>();
            foreach (var (outcome, index) in PositionOutcome.All().Select(static (outcome, index) => (outcome, index)))
            {
                // Each row over one protocol and one source, each protocol and source over several rows.
                data.Add(outcome, index % 2 == 0 ? GroupProtocol.Classic : GroupProtocol.Consumer, index % 3 == 0 ? PollingSource.Managed : PollingSource.Native);
            }

            return data;
        }
    }

    [Fact]
    public void Outcomes_OfTheTable_AreAllThatThereAre() => Assert.Equal(
        3 * 5, PositionOutcome.All().Select(static outcome => (Enum.Parse<OffsetReset>(outcome.Reset), outcome.Committed)).Distinct().Count());

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task Scenario50_Start_AsTheTableSays(PositionOutcome outcome, GroupProtocol protocol, PollingSource source)
    {
        var group = KafkaBroker.UniqueName("group");
        var topic = await ArrangeAsync(outcome, group);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, group, protocol: protocol, awaitAssignment: false,
            configure: options =>
            {
                options.AutoOffsetReset = Enum.Parse<OffsetReset>(outcome.Reset);
                options.Polling.Source = source;
            });

        if (outcome.Start.StartsWith("held: ", StringComparison.Ordinal))
        {
            Wait.Until(() => consumer.Partitions is [{ State: not PartitionState.Running }]);
            Assert.Equal($"held: {consumer.Partition(0).State}", outcome.Start);
            Assert.Equal(outcome.CommittedOffset is { } committed && !outcome.IsMadeAnew ? committed : null, consumer.Partition(0).HeldAt);
            Assert.NotNull(consumer.Partition(0).HeldBecause);
        }
        else
        {
            Wait.Until(() => consumer.Partitions is [{ Lag: 0 }]);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 99);
            Wait.Until(() => consumer.Done.Any(static record => record.Number == 99));
            Assert.Equal(outcome.Start, $"{consumer.Done.First().Offset}");
        }

        var entries = consumer.Logs.GetSnapshot().Where(entry => Events.Contains(entry.Id.Name)).ToList();
        Assert.Equal(outcome.Event == "none" ? [] : [outcome.Event], entries.Select(static entry => entry.Id.Name));
        if (outcome.Event == "PositionReset")
        {
            Assert.Contains(
                $"offset {outcome.CommittedOffset} and goes on with {outcome.Start} ", entries[0].Message, StringComparison.Ordinal);
            Assert.Contains($"; {outcome.Skipped} offsets are skipped, {outcome.Repeated} below", entries[0].Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The first owner sees no record and goes; the record that comes then is the second owner's.</summary>
    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario12_Latest_QuietPartition_IsCommittedBeforeItsFirstRecord(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        await using (var first = await StartLatestAsync(topic, group, protocol))
        {
            Wait.Until(() => first.Partitions is [{ Committed: 5 }]);
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 5);
        await using var second = await StartLatestAsync(topic, group, protocol);
        second.WaitUntilDone(1);
        Assert.Equal([5], second.Done.Select(static record => record.Number));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario49_Latest_PartitionIsAdded_NoneOfItsRecordsIsSkipped(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        await using var consumer = await StartLatestAsync(topic, KafkaBroker.UniqueName("group"), protocol);
        Wait.Until(() => consumer.Partitions is [{ Committed: 5 }]);

        await TopicAdmin.AddPartitionsAsync(Broker, topic, total: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20, first: 100, partition: 1);
        consumer.WaitUntilDone(20);
        Assert.Equal(Enumerable.Range(100, 20), consumer.Done.Select(static record => record.Number));
    }

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario47_Latest_TopicIsCreatedLater_NoneOfItsRecordsIsSkipped(GroupProtocol protocol)
    {
        var topic = KafkaBroker.UniqueName("topic");
        await using var consumer = await StartLatestAsync(topic, KafkaBroker.UniqueName("group"), protocol, awaitAssignment: false);
        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "TopicsSeen"));
        await Broker.CreateTopicAsync(topic, partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        // The client looks for topics every 30 s.
        consumer.WaitUntilDone(20, TimeSpan.FromMinutes(1));
    }

    /// <summary>A pattern matches one topic that is there and one that comes later, and not one whose name only begins like that.</summary>
    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Scenario47_TopicPattern_TopicThatComesLater_StartsAtItsBeginningUnderLatest(GroupProtocol protocol)
    {
        var name = KafkaBroker.UniqueName("pattern");
        foreach (var there in new[] { $"{name}-1", $"{name}-1-other" })
        {
            await Broker.CreateTopicAsync(there, partitions: 1);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, there, count: 5);
        }

        await using var consumer = await StartLatestAsync(topic: null, KafkaBroker.UniqueName("group"), protocol, options => options.TopicPattern = $"{name}-[0-9]");
        Wait.Until(() => consumer.Partitions is [{ Committed: 5 }]);
        Assert.Equal([$"{name}-1"], consumer.Consumer.GetSnapshot().Topics);

        await Broker.CreateTopicAsync($"{name}-2", partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, $"{name}-2", count: 20, first: 100);
        consumer.WaitUntilDone(20);
        Assert.Equal(Enumerable.Range(100, 20), consumer.Done.Select(static record => record.Number));
        Assert.Equal([$"{name}-1", $"{name}-2"], consumer.Consumer.GetSnapshot().Topics);
    }

    /// <summary>The new topic holds more records than the consumer has read of the old one, so that its old offset is valid there.</summary>
    [Theory]
    [InlineData(GroupProtocol.Classic, OffsetReset.Earliest)]
    [InlineData(GroupProtocol.Classic, OffsetReset.Latest)]
    [InlineData(GroupProtocol.Consumer, OffsetReset.Earliest)]
    [InlineData(GroupProtocol.Consumer, OffsetReset.Latest)]
    public async Task Scenario48_TopicIsMadeAnewUnderTheConsumer_NoneOfItsRecordsIsSkipped(GroupProtocol protocol, OffsetReset reset)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        var ids = new SeenTopicIds();
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, group, protocol: protocol, services: services => services.AddSingleton<ITopicIds>(ids),
            configure: options =>
            {
                options.AutoOffsetReset = reset;
                options.TopicCheckInterval = TimeSpan.FromSeconds(1);
                options.Client["topic.metadata.refresh.interval.ms"] = "1000";
            });
        Wait.Until(() => consumer.Partitions is [{ HighWatermark: 0 }]);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();
        Wait.Until(() => ids.Answers > 0);

        await TopicAdmin.MakeAnewAsync(Broker, topic);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 30, first: 100);
        Wait.Until(() => consumer.Done.Select(static record => record.Number).Distinct().Count() == 40);
        Wait.Until(() => consumer.Partitions is [{ Lag: 0, Committed: 30 }]);
        await consumer.StopAsync();
        Assert.Equal(30, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    private Task<TestConsumer> StartLatestAsync(
        string? topic, string group, GroupProtocol protocol, Action<KafkaConsumerOptions>? configure = null, bool awaitAssignment = true) => TestConsumer.StartAsync(
        Broker, topic, group, protocol: protocol, awaitAssignment: awaitAssignment,
        configure: options =>
        {
            options.AutoOffsetReset = OffsetReset.Latest;
            options.Client["topic.metadata.refresh.interval.ms"] = "1000";
            configure?.Invoke(options);
        });

    /// <summary>Offsets 4 to 9, or a topic that was made anew with 0 to 2.</summary>
    private async Task<string> ArrangeAsync(PositionOutcome outcome, string group)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        await TopicAdmin.DeleteRecordsAsync(Broker, topic, below: 4);
        if (outcome.CommittedOffset is { } committed)
        {
            await TopicAdmin.CommitAsync(Broker, group, topic, committed);
        }

        if (outcome.IsMadeAnew)
        {
            await TopicAdmin.MakeAnewAsync(Broker, topic);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);
        }

        return topic;
    }
}
