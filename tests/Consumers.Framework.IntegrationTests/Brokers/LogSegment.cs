using System.Buffers.Binary;
using System.Numerics;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// The first segment of a partition in the folder of a running broker. The broker hands its log to consumers as it is, so what is
/// written here is what they get. The layout is that of record batches v2 in the Kafka protocol's documentation.
/// </summary>
internal sealed class LogSegment(string dataDirectory, TopicPartition topicPartition)
{
    private const int LengthAt = 8;
    private const int HeaderBeforeLengthEnds = 12;
    private const int ChecksumAt = 17;
    private const int AttributesAt = 21;
    private const int RecordsAt = 61;
    private const int NoSuchCodec = 7;

    private readonly string _path = Path.Combine(
        dataDirectory, "data", $"{topicPartition.Topic}-{topicPartition.Partition.Value}", "00000000000000000000.log");

    /// <summary>Damages the batch that begins at an offset.</summary>
    public void Damage(long baseOffset, Damage damage)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var (position, batch) = Find(file, baseOffset);
        switch (damage)
        {
            case Brokers.Damage.Checksum:
                batch[^1] ^= 0x55;
                break;
            case Brokers.Damage.Codec:
                batch[AttributesAt + 1] = (byte)((batch[AttributesAt + 1] & ~7) | NoSuchCodec);
                Sign(batch);
                break;
            default:
                batch.AsSpan(RecordsAt).Fill(0xAA);
                Sign(batch);
                break;
        }

        file.Position = position;
        file.Write(batch);
    }

    /// <summary>Cuts off the batch that begins at an offset and everything behind it, as a crash does to what was not flushed. The broker is not running.</summary>
    public void Cut(long baseOffset)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(Find(file, baseOffset).Position);
    }

    private static (long Position, byte[] Batch) Find(FileStream file, long baseOffset)
    {
        Span<byte> header = stackalloc byte[HeaderBeforeLengthEnds];
        while (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            var position = file.Position - header.Length;
            var length = BinaryPrimitives.ReadInt32BigEndian(header[LengthAt..]);
            if (BinaryPrimitives.ReadInt64BigEndian(header) == baseOffset)
            {
                var batch = new byte[header.Length + length];
                header.CopyTo(batch);
                file.ReadExactly(batch.AsSpan(header.Length));
                return (position, batch);
            }

            file.Position = position + header.Length + length;
        }

        throw new InvalidOperationException($"No batch of {file.Name} begins at offset {baseOffset}.");
    }

    /// <summary>CRC-32C over everything behind the checksum.</summary>
    private static void Sign(Span<byte> batch)
    {
        var checksum = uint.MaxValue;
        foreach (var value in batch[AttributesAt..])
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        BinaryPrimitives.WriteUInt32BigEndian(batch[ChecksumAt..], ~checksum);
    }
}
