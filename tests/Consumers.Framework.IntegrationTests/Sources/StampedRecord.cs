using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Records that say in every part which they are: value, key, header and timestamp hold the offset, the value the partition and a hash of
/// the topic too. What is not the record's own shows at once.
/// </summary>
internal static class StampedRecord
{
    private const int StampLength = 24;
    private const int Window = 20_000;

    /// <summary>Not long ago: a broker deletes what says that it is a week old.</summary>
    private static readonly DateTime Begin = DateTime.UtcNow.AddHours(-2);

    /// <summary>The length of a value: not the same for neighbours.</summary>
    public static int ValueLength(long offset) => StampLength + (int)(offset % 97);

    public static int KeyLength(long offset) => sizeof(long) + (int)(offset % 13);

    public static Message<byte[]?, byte[]?> Create(string topic, int partition, long offset, bool withHeaders)
    {
        var value = new byte[ValueLength(offset)];
        BinaryPrimitives.WriteInt64LittleEndian(value, offset);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(8), partition);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(16), TopicStamp(topic));
        value.AsSpan(StampLength).Fill((byte)offset);
        var key = new byte[KeyLength(offset)];
        BinaryPrimitives.WriteInt64LittleEndian(key, offset);
        return new Message<byte[]?, byte[]?>
        {
            Key = key,
            Value = value,
            Headers = withHeaders ? new Headers { { "offset", Encoding.ASCII.GetBytes($"{offset}") } } : null,
            Timestamp = TimestampOf(offset),
        };
    }

    public static Timestamp TimestampOf(long offset) => new(Begin.AddMilliseconds(offset), TimestampType.CreateTime);

    /// <summary>Whether a value is that of this record.</summary>
    public static bool IsValueOf(ReadOnlySpan<byte> value, string topic, int partition, long offset) =>
        value.Length == ValueLength(offset)
        && BinaryPrimitives.ReadInt64LittleEndian(value) == offset
        && BinaryPrimitives.ReadInt64LittleEndian(value[8..]) == partition
        && BinaryPrimitives.ReadInt64LittleEndian(value[16..]) == TopicStamp(topic)
        && !value[StampLength..].ContainsAnyExcept((byte)offset);

    public static bool IsKeyOf(ReadOnlySpan<byte> key, long offset) =>
        key.Length == KeyLength(offset) && BinaryPrimitives.ReadInt64LittleEndian(key) == offset;

    /// <summary>Fills the partitions of a topic evenly.</summary>
    public static void Produce(string bootstrapServers, string topic, int partitions, int count, bool withHeaders)
    {
        using var producer = TestProducer.Build(bootstrapServers, static config =>
        {
            config.CompressionType = CompressionType.Lz4;
            config.EnableIdempotence = true;
            config.LingerMs = 20;
            config.QueueBufferingMaxMessages = Window;
        });
        for (var offset = 0; offset < count / partitions; offset++)
        {
            if (offset % (Window / partitions) == 0)
            {
                // A long queue would leave its memory behind in the process that is measured.
                producer.Flush(TestContext.Current.CancellationToken);
            }

            for (var partition = 0; partition < partitions; partition++)
            {
                producer.Produce(new TopicPartition(topic, partition), Create(topic, partition, offset, withHeaders));
            }
        }

        producer.Flush(TestContext.Current.CancellationToken);
    }

    private static long TopicStamp(string topic)
    {
        var stamp = 17L;
        foreach (var letter in topic)
        {
            stamp = (stamp * 31) + letter;
        }

        return stamp;
    }
}
