using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Generated records come the same through the native source and through the managed one, and as they were written: key, value, headers,
/// timestamp, offset, leader epoch and end of partition, record for record. <c>CONSUMERS_TEST_RECORDS</c> says how many,
/// <c>CONSUMERS_TEST_SEED</c> which.
/// </summary>
public abstract class SourceContentTests(KafkaBroker broker) : BrokerTests(broker)
{
    protected const int Partitions = 4;

    private static readonly CompressionType[] Compressions = Enum.GetValues<CompressionType>();

    protected static int Seed => Environment.GetEnvironmentVariable("CONSUMERS_TEST_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 20_816;

    protected abstract int Records { get; }

    /// <summary>The largest key or value.</summary>
    protected virtual int Largest => 65_536;

    protected virtual bool[] LogAppendTimes => [false, true];

    [Fact]
    public async Task Poll_GeneratedRecords_AreTheSameThroughBothSourcesAndAsWritten()
    {
        var random = new RecordGenerator(Seed, Largest);
        var topics = Compressions.SelectMany(_ => LogAppendTimes, (compression, logAppendTime) => (compression, logAppendTime)).ToList();
        var total = 0;
        var watch = Stopwatch.StartNew();
        foreach (var (compression, logAppendTime) in topics)
        {
            var topic = await CreateTopicAsync(logAppendTime);
            using (var producer = TestProducer.Build(Broker.BootstrapServers, config => Configure(config, compression)))
            {
                topic.Produce(producer, random, Records / topics.Count);
                producer.Flush(TestContext.Current.CancellationToken);
            }

            total += CompareSources(topic, IsolationLevel.ReadCommitted, logAppendTime, $"seed {Seed}, {compression}, log append time {logAppendTime}");
        }

        Assert.InRange(total, Records - topics.Count, Records);
        Output($"seed {Seed}: {total} records of {topics.Count} topics, the same through both sources, in {watch.Elapsed.TotalSeconds:F1} s");
    }

    protected abstract Task CreateTopicAsync(string topic, IReadOnlyDictionary<string, string> configuration);

    private protected async Task<ProducedTopic> CreateTopicAsync(bool logAppendTime, int largest = 1_048_588)
    {
        var topic = KafkaBroker.UniqueName("topic");
        await CreateTopicAsync(topic, new Dictionary<string, string>
        {
            ["message.timestamp.type"] = logAppendTime ? "LogAppendTime" : "CreateTime",
            ["retention.ms"] = "-1", // The records say that they are years old.
            ["max.message.bytes"] = $"{largest}",
        });
        return new ProducedTopic(topic, Partitions);
    }

    private protected int CompareSources(ProducedTopic topic, IsolationLevel level, bool logAppendTime, string what, Action<KafkaConsumerOptions>? configure = null)
    {
        var native = ReadTopic.From(PollingSource.Native, Broker.BootstrapServers, topic.Name, topic.Partitions, level, configure);
        var managed = ReadTopic.From(PollingSource.Managed, Broker.BootstrapServers, topic.Name, topic.Partitions, level, configure);
        native.AssertSame(managed, what);
        topic.AssertIs(native, level, logAppendTime);
        return native.Count;
    }

    protected static void Output(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private protected static void Configure(ProducerConfig config, CompressionType compression)
    {
        config.CompressionType = compression;
        config.EnableIdempotence = true; // One order for each partition, whatever is sent again.
        config.LingerMs = 5;
        config.Acks = Acks.All;
    }
}
