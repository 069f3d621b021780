using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.Retry;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>What becomes of records that fail, on every broker.</summary>
public abstract class FailureConformanceTests(KafkaBroker broker, PollingSource source) : ConformanceTests(broker, source)
{
    private const int PoisonPartition = 1;

    [Fact]
    public async Task Block_UndecodableRecordOnOneOfFourPartitions_OthersReachLagZeroAndTheOneStandsThroughRestarts()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);
        var poison = await ProducePoisonAsync(topic);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40, first: 40);

        for (var run = 0; run < 3; run++)
        {
            await using var consumer = await StartAsync(topic, group, services: services => services.AddHealthChecks().AddKafkaConsumers());
            Wait.Until(() => consumer.Partitions.Count == 4
                && consumer.Partitions.All(partition => partition.TopicPartition.Partition.Value == PoisonPartition
                    ? partition.State == PartitionState.Blocked
                    : partition is { Lag: 0 }));

            Assert.Equal(poison, consumer.Partition(PoisonPartition).Failing!.Offset);
            var report = await consumer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            var readiness = report.Entries["kafka-consumer-numbers"];
            Assert.Equal(HealthStatus.Degraded, readiness.Status);
            Assert.Contains($"{topic}[{PoisonPartition}]", readiness.Description, StringComparison.Ordinal);
            Assert.Contains($"offset {poison}", readiness.Description, StringComparison.Ordinal);
            Assert.Contains("not a number", readiness.Description, StringComparison.Ordinal);
            Assert.Equal(HealthStatus.Healthy, report.Entries["kafka-consumer-numbers-live"].Status);
            await consumer.StopAsync();

            var committed = await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 4);
            Assert.Equal(poison, committed[PoisonPartition]);
            Assert.Equal([20, 20, 20], committed.Where(partition => partition.Key != PoisonPartition).Select(partition => (int)partition.Value));
        }
    }

    [Fact]
    public async Task Scenario08_Sync_RecordInTheMiddleOfABatchFails_TheNextStartBeginsWithIt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        await using (var failing = await StartAsync(
            topic, group,
            static (record, _, _) => record.Offset == 4 ? throw new PermanentFailureException("broken") : ValueTask.CompletedTask,
            static options => options.Commit.Strategy = CommitStrategy.Sync))
        {
            Wait.Until(() => failing.Partitions is [{ State: PartitionState.Blocked }]);
            Assert.Equal([0, 1, 2, 3], failing.Done.Select(record => (int)record.Offset));
        }

        Assert.Equal(4, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 1))[0]);
        await using var repaired = await StartAsync(topic, group, configure: static options => options.Commit.Strategy = CommitStrategy.Sync);
        repaired.WaitUntilLagIsZero();
        Assert.Equal([4, 5, 6, 7, 8, 9], repaired.Started.Select(record => (int)record.Offset));
    }

    [Fact]
    public async Task Skip_UndecodableRecord_IsLoggedCountedAndCommitted()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var poison = await ProducePoisonAsync(topic);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);

        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"), configure: options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip);

        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();
        var skipped = Assert.Single(consumer.Logs.GetSnapshot(), entry => entry.Id.Name == "RecordSkipped");
        Assert.Contains($"offset {poison}", skipped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_HandlerFailsTwice_SucceedsInPlaceInOrderWhileOtherPartitionsGoOn()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);

        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            (record, _, _) => record is { Partition: 0, Offset: 5, Attempt: < 3 } ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask,
            options =>
            {
                options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(300);
                options.Failures.Retry.Jitter = false;
            });

        consumer.WaitUntilDone(40);
        consumer.WaitUntilLagIsZero();
        Assert.Equal([1, 2, 3], consumer.Started.Where(record => record is { Partition: 0, Offset: 5 }).Select(record => record.Attempt));
        Assert.Equal(Enumerable.Range(0, 20), consumer.Done.Where(record => record.Partition == 0).Select(record => (int)record.Offset));
        var done = consumer.Done.ToList();
        var late = done.FindIndex(record => record is { Partition: 0, Offset: 5 });
        Assert.Equal(20, done.Take(late).Count(record => record.Partition == 1));
    }

    [Fact]
    public async Task Permanent_HandlerSaysSo_IsNotTriedAgain()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);

        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            (record, _, _) => record.Offset == 1 ? throw new PermanentFailureException("never") : ValueTask.CompletedTask,
            options => options.Failures.WhenExhausted = ExhaustedPolicy.Skip);

        consumer.WaitUntilLagIsZero();
        Assert.Equal([0, 1, 2], consumer.Started.Select(record => (int)record.Offset));
    }

    [Fact]
    public async Task Pipeline_NamedByTheUser_RunsEveryAttempt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);

        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            (record, _, token) => record is { Offset: 2, Attempt: 1 } ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask,
            options => options.Failures.Pipeline = "mine",
            services => services.AddResiliencePipeline("mine", builder => builder
                .AddRetry(new RetryStrategyOptions { Delay = TimeSpan.Zero, MaxRetryAttempts = 2 })
                .AddTimeout(TimeSpan.FromMilliseconds(200))));

        consumer.WaitUntilLagIsZero();
        Assert.Equal([0, 1, 2, 2, 3, 4], consumer.Started.Select(record => (int)record.Offset));
        Assert.Equal([0, 1, 2, 3, 4], consumer.Done.Select(record => (int)record.Offset));
    }

    [Fact]
    public async Task StopHost_RecordFailsForGood_StopsTheHostAndCommitsNothingOfIt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        try
        {
            await using var consumer = await StartAsync(
                topic, group,
                (record, _, _) => record.Offset == 3 ? throw new PermanentFailureException("never") : ValueTask.CompletedTask,
                options => options.Failures.WhenExhausted = ExhaustedPolicy.StopHost);

            await consumer.Services.GetRequiredService<IHost>().WaitForShutdownAsync(TestContext.Current.CancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = 0;
        }

        Assert.Equal(3, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 1))[0]);
    }

    [Fact]
    public async Task Tombstone_HandlerDoesNotTakeThem_FailsOrIsSkippedByOption()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        using (var producer = TestProducer.Build(Broker.BootstrapServers))
        {
            await producer.ProduceAsync(topic, new() { Key = [1], Value = null }, TestContext.Current.CancellationToken);
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 1);
        await using (var failing = await StartAsync(topic, KafkaBroker.UniqueName("group")))
        {
            Wait.Until(() => failing.Partitions is [{ State: PartitionState.Blocked, Failing.Offset: 0 }]);
            Assert.Contains("tombstone", failing.Partition(0).Failing!.Reason, StringComparison.Ordinal);
        }

        await using var skipping = await StartAsync(
            topic, KafkaBroker.UniqueName("group"), configure: options => options.Tombstones = TombstonePolicy.Skip);
        skipping.WaitUntilLagIsZero();
        Assert.Equal([1], skipping.Done.Select(record => record.Number));
    }

    private async Task<long> ProducePoisonAsync(string topic)
    {
        using var producer = TestProducer.Build(Broker.BootstrapServers);
        var delivered = await producer.ProduceAsync(
            new Confluent.Kafka.TopicPartition(topic, PoisonPartition), new() { Value = "poison"u8.ToArray() }, TestContext.Current.CancellationToken);
        return delivered.Offset.Value;
    }
}

public sealed class EmbeddedNativeFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.Embedded, PollingSource.Native);

public sealed class EmbeddedManagedFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.Embedded, PollingSource.Managed);

public sealed class RealKafkaNativeFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.Real, PollingSource.Native);

public sealed class RealKafkaManagedFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.Real, PollingSource.Managed);

public sealed class TestcontainersFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.Testcontainers, PollingSource.Auto);

public sealed class ExternalFailureConformanceTests(TestBrokers brokers) : FailureConformanceTests(brokers.External, PollingSource.Auto);
