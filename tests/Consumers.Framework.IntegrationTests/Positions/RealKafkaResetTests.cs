using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Sources;
using Consumers.Framework.Positions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>Retention overtakes a consumer while it owns the partition.</summary>
public sealed class RealKafkaResetTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.AdminApi | BrokerCapabilities.ConsumerProtocol | BrokerCapabilities.TimeLookup)
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static TheoryData<GroupProtocol, PartitionAssignor?, PollingSource> Protocols => new()
    {
        { GroupProtocol.Classic, PartitionAssignor.CooperativeSticky, PollingSource.Native },
        { GroupProtocol.Classic, PartitionAssignor.CooperativeSticky, PollingSource.Managed },
        { GroupProtocol.Classic, PartitionAssignor.Range, PollingSource.Native },
        { GroupProtocol.Classic, PartitionAssignor.Range, PollingSource.Managed },
        { GroupProtocol.Consumer, null, PollingSource.Native },
    };

    /// <summary>The other partition neither loses nor repeats a record, whatever the client does to start the first one anew.</summary>
    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Scenario50_Running_RecordsAreDeletedUnderTheConsumer_GoesOnAtTheFirstThatIsThere(GroupProtocol protocol, PartitionAssignor? assignor, PollingSource source)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await StartAsync(topic, group, protocol, options =>
        {
            options.Assignor = assignor;
            options.Polling.Source = source;
        });
        await OvertakeAsync(consumer, topic, below: 12);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10, first: 200, partition: 1);

        consumer.WaitUntilDone(5 + 8 + 15);
        consumer.WaitUntilLagIsZero();
        Assert.Equal([.. Enumerable.Range(0, 5), .. Enumerable.Range(12, 8)], Offsets(consumer, 0));
        Assert.Equal(Enumerable.Range(0, 15), Offsets(consumer, 1));
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "PositionReset"
            && entry.Message.Contains("cannot go on with offset 5 and goes on with 12 (Earliest", StringComparison.Ordinal)
            && entry.Message.Contains("7 offsets are skipped, 0 below", StringComparison.Ordinal));
        await consumer.StopAsync();
        Assert.Equal(20, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    [Theory]
    [InlineData(OutOfRangePolicy.Latest, new[] { 20 })]
    [InlineData(OutOfRangePolicy.NearestByTime, new[] { 15, 16, 17, 18, 19, 20 })]
    public async Task Scenario50_Running_OtherPolicies_GoOnWhereTheySay(OutOfRangePolicy policy, int[] expected)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), GroupProtocol.Classic, options => options.OutOfRange = policy);
        await OvertakeAsync(consumer, topic, below: 12);

        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "PositionReset"));
        Wait.Until(() => consumer.Partition(0).Position == 20);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 20, partition: 0);
        Wait.Until(() => consumer.Done.Any(static record => record is { Partition: 0, Offset: 20 }));
        Assert.Equal(expected, Offsets(consumer, 0).Skip(5));
    }

    /// <summary>What the client has queued is outdated when it is told something new meanwhile: so is the reason why a partition has stopped.</summary>
    [Fact]
    public async Task Scenario50_Running_ClientDropsTheReason_TheSilentPartitionIsStartedOnceMore()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var lost = 0;
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"), configure: static options => options.FetchMaxWait = TimeSpan.FromMilliseconds(100),
            services: services => services.AddSingleton(provider => new WatchedSources(ActivatorUtilities.CreateInstance<RecordSourceFactory>(provider))
            {
                Wrap = source => new InterruptedSource(
                    source, static () => false, events: events => InterceptedEvents.Around(events, nameof(ISourceEvents.Stopped), () => Interlocked.Increment(ref lost) == 1)),
            }));
        await OvertakeAsync(consumer, topic, below: 12);

        consumer.WaitUntilDone(5 + 8 + 5);
        Assert.Equal(2, Volatile.Read(ref lost));
        Assert.Equal([.. Enumerable.Range(0, 5), .. Enumerable.Range(12, 8)], Offsets(consumer, 0));
        Assert.Contains($"{topic}[0] at offset 5", Assert.Single(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "Silent").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario50_Running_Fail_HoldsThePartitionAndTheOtherGoesOn()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await StartAsync(topic, group, GroupProtocol.Classic, options => options.OutOfRange = OutOfRangePolicy.Fail);
        await OvertakeAsync(consumer, topic, below: 12);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10, first: 200, partition: 1);

        Wait.Until(() => consumer.Partition(0) is { State: PartitionState.OutOfRange, HeldAt: 5 } && consumer.Partition(1) is { Lag: 0, Committed: 15 });
        var report = await consumer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Degraded, report.Entries["kafka-consumer-numbers"].Status);
        Assert.Contains($"{topic}[0] holds at offset 5", report.Entries["kafka-consumer-numbers"].Description, StringComparison.Ordinal);
        await consumer.StopAsync();
        Assert.Equal(5, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    /// <summary>The commit of another cluster, or of a topic that was longer once.</summary>
    [Fact]
    public async Task Scenario50_ResetProtection_JumpBackIsVetoed()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        await TopicAdmin.CommitAsync(Broker, group, topic, offset: 1_000);
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: static options => options.ResetProtection.MaxRecords = 10);

        Wait.Until(() => consumer.Partitions is [{ State: PartitionState.ResetVetoed, HeldAt: 1_000 }]);
        Assert.Empty(consumer.Started);
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "ResetVetoed"
            && entry.Message.Contains("it would repeat 20 offsets, and ResetProtection:MaxRecords is 10", StringComparison.Ordinal));
    }

    /// <summary>Every answer of a broker that knows no time of that age is "none": all records are older.</summary>
    [Fact]
    public async Task ResetProtection_RecordsAreTooOld_IsVetoed()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await ProduceAtAsync(topic, Enumerable.Range(0, 5).Select(static number => (number, number)));
        await TopicAdmin.CommitAsync(Broker, group, topic, offset: 1_000);
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: static options => options.ResetProtection.MaxAge = TimeSpan.FromDays(1));

        Wait.Until(() => consumer.Partitions is [{ State: PartitionState.ResetVetoed }]);
        Assert.Contains("older than ResetProtection:MaxAge", consumer.Partition(0).HeldBecause, StringComparison.Ordinal);
    }

    private Task<TestConsumer> StartAsync(string topic, string group, GroupProtocol protocol, Action<KafkaConsumerOptions> configure) => TestConsumer.StartAsync(
        Broker, topic, group, protocol: protocol, configure: configure, services: static services => services.AddHealthChecks().AddKafkaConsumers());

    /// <summary>
    /// Five records of each partition are handled; then the consumer is paused, and when it is resumed the place where it stands in
    /// partition 0 is gone. Records 5 to 14 are late: they are older than those that were handled.
    /// </summary>
    private async Task OvertakeAsync(TestConsumer consumer, string topic, long below)
    {
        await ProduceAtAsync(topic, Enumerable.Range(0, 5).Select(static number => (number, 100 + number)));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5, first: 100, partition: 1);
        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();
        consumer.Consumer.Pause();
        Wait.Until(() => consumer.Partitions.All(static partition => partition.State == PartitionState.Paused));
        await ProduceAtAsync(topic, Enumerable.Range(5, 15).Select(static number => (number, number < 15 ? number : 100 + number)));
        await TopicAdmin.DeleteRecordsAsync(Broker, topic, below);
        consumer.Consumer.Resume();
    }

    private async Task ProduceAtAsync(string topic, IEnumerable<(int Number, int Second)> records)
    {
        using var producer = TestProducer.Build(Broker.BootstrapServers);
        foreach (var (number, second) in records)
        {
            var message = TestProducer.Message(number);
            message.Timestamp = new Timestamp(Start.AddSeconds(second));
            await producer.ProduceAsync(new TopicPartition(topic, 0), message, TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<int> Offsets(TestConsumer consumer, int partition) =>
        consumer.Done.Where(record => record.Partition == partition).Select(static record => (int)record.Offset);
}
