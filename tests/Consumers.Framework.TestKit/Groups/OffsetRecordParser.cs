using System.Buffers.Binary;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.TestKit.Groups;

/// <summary>Decodes the records of <c>__consumer_offsets</c>: the layouts of OffsetCommitKey 0 and 1, and of OffsetCommitValue 0 to 4.</summary>
public ref struct OffsetRecordParser(ReadOnlySpan<byte> bytes)
{
    private const short NewestKey = 1;
    private const short NewestValue = 4;

    // From this version on strings are compact and fields can follow that this parser does not know.
    private const short FirstFlexibleValue = 4;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The commit of a record; null where the record is about something else (members and metadata of a group).</summary>
    public static OffsetCommitRecord? Parse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var reader = new OffsetRecordParser(key);
        if (reader.ReadInt16() is < 0 or > NewestKey)
        {
            return null;
        }

        var group = reader.ReadString();
        var partition = new TopicPartition(reader.ReadString(), reader.ReadInt32());
        return value.IsEmpty
            ? new OffsetCommitRecord(group, partition, null, -1, string.Empty, DateTimeOffset.UnixEpoch)
            : ParseValue(group, partition, value);
    }

    private static OffsetCommitRecord ParseValue(string group, TopicPartition partition, ReadOnlySpan<byte> value)
    {
        var reader = new OffsetRecordParser(value);
        var version = reader.ReadInt16();
        if (version is < 0 or > NewestValue)
        {
            throw new NotSupportedException($"OffsetCommitValue version {version} is newer than this reader ({NewestValue}).");
        }

        var offset = reader.ReadInt64();
        var epoch = version >= 3 ? reader.ReadInt32() : -1;
        var metadata = version >= FirstFlexibleValue ? reader.ReadCompactString() : reader.ReadString();
        return new OffsetCommitRecord(group, partition, offset, epoch, metadata, DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()));
    }

    private short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    private int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    private long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    private string ReadString() => Encoding.UTF8.GetString(Take(ReadInt16()));

    private string ReadCompactString()
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(1)[0];
            length |= (part & 0x7f) << shift;
            if (part < 0x80)
            {
                return Encoding.UTF8.GetString(Take(length - 1));
            }
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
