using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>
/// A batch is damaged on the broker's disk. The client reports it, may then lose its place in the response, and starts the partition
/// over; the framework holds the partition at the batch, whatever the client does.
/// </summary>
public sealed class RealKafkaDamagedLogTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.Process)
{
    private const int BatchSize = 3;
    private const int Batches = 4;
    private const int DamagedBatch = 2;
    private const int FirstDamaged = DamagedBatch * BatchSize;

    public static TheoryData<Damage, PollingSource> DamageAndSource => new MatrixTheoryData<Damage, PollingSource>(
        Enum.GetValues<Damage>(), [PollingSource.Native, PollingSource.Managed]);

    [Theory]
    [MemberData(nameof(DamageAndSource))]
    public async Task Block_DamagedBatch_HoldsThePartitionThereAndTheOtherGoesOn(Damage damage, PollingSource source)
    {
        var group = KafkaBroker.UniqueName("group");
        var topic = await ProduceDamagedAsync(damage);
        for (var run = 0; run < 2; run++)
        {
            await using var consumer = await TestConsumer.StartAsync(
                Broker, topic, group,
                configure: options => options.Polling.Source = source,
                services: services => services.AddHealthChecks().AddKafkaConsumers());

            Wait.Until(() => consumer.Partitions.Count == 2
                && consumer.Partition(0).State == PartitionState.Blocked && consumer.Partition(1) is { Lag: 0 });
            Assert.Equal(FirstDamaged, consumer.Partition(0).Failing!.Offset);
            Assert.Contains(consumer.Logs.GetSnapshot(), entry =>
                entry.Id.Name == "Unreadable" && entry.Message.Contains($"{topic}[0] cannot be read at offset {FirstDamaged}", StringComparison.Ordinal));
            var report = await consumer.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HealthStatus.Degraded, report.Entries["kafka-consumer-numbers"].Status);
            Assert.Contains($"offset {FirstDamaged}", report.Entries["kafka-consumer-numbers"].Description, StringComparison.Ordinal);
            Assert.Equal(HealthStatus.Healthy, report.Entries["kafka-consumer-numbers-live"].Status);
            await consumer.StopAsync();

            Assert.Equal(run == 0 ? Enumerable.Range(0, FirstDamaged) : [], consumer.Done.Where(record => record.Partition == 0).Select(record => (int)record.Offset));
            Assert.Equal(FirstDamaged, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 2))[0]);
        }
    }

    [Theory]
    [MemberData(nameof(DamageAndSource))]
    public async Task Skip_DamagedBatch_GivesUpEachOfItsRecordsAndNothingElse(Damage damage, PollingSource source)
    {
        var topic = await ProduceDamagedAsync(damage);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"),
            configure: options =>
            {
                options.Polling.Source = source;
                options.Failures.WhenExhausted = ExhaustedPolicy.Skip;
            });

        consumer.WaitUntilDone((Batches - 1) * BatchSize + Batches);
        consumer.WaitUntilLagIsZero();
        Assert.Equal(
            Enumerable.Range(0, Batches * BatchSize).Where(offset => offset is < FirstDamaged or >= FirstDamaged + BatchSize),
            consumer.Done.Where(record => record.Partition == 0).Select(record => (int)record.Offset));
        Assert.Equal(BatchSize, consumer.Logs.GetSnapshot().Count(entry => entry.Id.Name == "RecordSkipped"));
    }

    /// <summary>Partition 0 has batches of three, one of them damaged; partition 1 has records that nothing is wrong with.</summary>
    private async Task<string> ProduceDamagedAsync(Damage damage)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        using (var producer = TestProducer.Build(Broker.BootstrapServers, config =>
        {
            config.CompressionType = CompressionType.Snappy;
            config.LingerMs = 1_000;
        }))
        {
            for (var number = 0; number < Batches * BatchSize; number++)
            {
                producer.Produce(new TopicPartition(topic, 0), TestProducer.Message(number));
                if (number % BatchSize == BatchSize - 1)
                {
                    producer.Flush(TestContext.Current.CancellationToken);
                }
            }
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: Batches, partition: 1);
        new LogSegment(((RealKafkaBroker)Broker).DataDirectory, new TopicPartition(topic, 0)).Damage(FirstDamaged, damage);
        return topic;
    }
}
