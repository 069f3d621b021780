using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.Fleet.Running;

/// <summary>Reads a topic from its beginning to its end: the broker's own log, whatever the producer believes.</summary>
internal static class TopicReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <returns>A line for each record: partition, offset, key, number, and its time in milliseconds since the Unix epoch.</returns>
    public static IReadOnlyList<string> Read(string bootstrapServers, string topic, int partitions)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "topic-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<string, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var lines = new List<string>();
        var unread = Enumerable.Range(0, partitions).ToHashSet();
        var startedAt = TimeProvider.System.GetTimestamp();
        while (unread.Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(startedAt) > Timeout)
            {
                throw new TimeoutException($"{topic} was not read to its end within {Timeout}.");
            }

            if (consumer.Consume(TimeSpan.FromMilliseconds(500)) is not { } result)
            {
                continue;
            }

            if (result.IsPartitionEOF)
            {
                unread.Remove(result.Partition.Value);
            }
            else
            {
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Partition.Value} {result.Offset.Value} {result.Message.Key} {Encoding.ASCII.GetString(result.Message.Value)} {result.Message.Timestamp.UnixTimestampMs}"));
            }
        }

        return lines;
    }
}
