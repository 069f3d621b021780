using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Jobs;

/// <summary>What a plain client sees of partition 0 of a topic, and where the partition ends for it.</summary>
internal sealed record VisibleRecords(IReadOnlyList<(long Offset, long Time)> Records, long End)
{
    public static VisibleRecords Read(KafkaBroker broker, string topic, IsolationLevel level)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = KafkaBroker.UniqueName("reader"),
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = level,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var records = new List<(long, long)>();
        while (true)
        {
            var result = consumer.Consume(TestContext.Current.CancellationToken);
            if (result.IsPartitionEOF)
            {
                return new VisibleRecords(records, result.Offset.Value);
            }

            records.Add((result.Offset.Value, result.Message.Timestamp.UnixTimestampMs));
        }
    }

    public IEnumerable<long> Between(long from, long until) => Records.Select(static record => record.Offset).Where(offset => offset >= from && offset < until);
}
