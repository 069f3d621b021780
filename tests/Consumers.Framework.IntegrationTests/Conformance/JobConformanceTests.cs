using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>A consumer of explicit partitions reads up to where it is told to, commits, and stops by itself; on every broker.</summary>
public abstract class JobConformanceTests(KafkaBroker broker, PollingSource source) : ConformanceTests(broker, source)
{
    [Fact]
    public async Task Read_UntilTheEndByTwoWorkers_HandlesEachRecordOnceAndASecondReadFindsNothing()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 200);
        await using var consumer = await StartAsync(null, group, configure: Job(topic, static options => options.Workers = 2), awaitAssignment: false);

        await consumer.WaitUntilCompletedAsync();

        Assert.Equal(Enumerable.Range(0, 200), consumer.Done.Select(static record => record.Number).Order());
        Assert.All(consumer.Consumer.GetSnapshot().Workers, static worker => Assert.Equal(WorkerState.Completed, worker.State));
        Assert.All(await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic), static committed => Assert.Equal(50, committed.Value));

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 4, first: 200);
        consumer.Consumer.Start();
        await consumer.WaitUntilCompletedAsync();
        Assert.Equal([200, 201, 202, 203], consumer.Done.Skip(200).Select(static record => record.Number).Order());
    }

    [Fact]
    public async Task Read_UntilAnOffset_HandlesNothingBeyondItAndCommitsIt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 500);
        await using var consumer = await StartAsync(
            null, group,
            configure: options =>
            {
                options.Partitions[topic] = [0];
                options.From = "100";
                options.Until = "350";
            },
            awaitAssignment: false);

        await consumer.WaitUntilCompletedAsync();

        Assert.Equal(Enumerable.Range(100, 250), consumer.Started.Select(static record => record.Number));
        Assert.Equal(350, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    [Fact]
    public async Task Read_PartitionThatIsNotThere_IsRefusedBeforeAnythingIsReadAndCreatesNothing()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var missing = KafkaBroker.UniqueName("missing");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 4);
        await using var consumer = await StartAsync(
            null, null,
            configure: options =>
            {
                options.Partitions[topic] = [0, 5];
                options.Partitions[missing] = [0];
            },
            awaitAssignment: false);

        Wait.Until(() => consumer.Consumer.GetSnapshot().Workers[0].State == WorkerState.Restarting);

        var failure = consumer.Consumer.GetSnapshot().Workers[0].Failure;
        Assert.Contains($"Kafka:Consumers:numbers:Partitions:{topic} = [0, 5]: the topic has no partition 5: it has 2, numbered from 0; list numbers from 0 to 1", failure, StringComparison.Ordinal);
        Assert.Contains($"Kafka:Consumers:numbers:Partitions:{missing} = [0]: there is no such topic; create it, or correct its name", failure, StringComparison.Ordinal);
        Assert.Empty(consumer.Started);

        // It is looked up again, and would be there had the look created it.
        Wait.Until(() => consumer.Logs.GetSnapshot().Count(static entry => entry.Id.Name == "WorkerFailed") == 2);
        Assert.Contains("there is no such topic", consumer.Consumer.GetSnapshot().Workers[0].Failure, StringComparison.Ordinal);
    }

    private static Action<KafkaConsumerOptions> Job(string topic, Action<KafkaConsumerOptions> configure) => options =>
    {
        options.Partitions[topic] = [0, 1, 2, 3];
        options.From = "Committed";
        options.Until = "End";
        configure(options);
    };
}

public sealed class EmbeddedNativeJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.Embedded, PollingSource.Native);

public sealed class EmbeddedManagedJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.Embedded, PollingSource.Managed);

public sealed class RealKafkaNativeJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.Real, PollingSource.Native);

public sealed class RealKafkaManagedJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.Real, PollingSource.Managed);

public sealed class TestcontainersJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.Testcontainers, PollingSource.Auto);

public sealed class ExternalJobConformanceTests(TestBrokers brokers) : JobConformanceTests(brokers.External, PollingSource.Auto);
