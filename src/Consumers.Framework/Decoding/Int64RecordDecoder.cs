using System.Buffers.Binary;

namespace Consumers.Framework.Decoding;

/// <summary>Eight bytes, big-endian, as Kafka's own serializers write them. Immutable; any thread.</summary>
internal sealed class Int64RecordDecoder : IRecordDecoder<long>
{
    public static Int64RecordDecoder Instance { get; } = new();

    public ValueTask<long> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        data.Length == sizeof(long)
            ? new(BinaryPrimitives.ReadInt64BigEndian(data))
            : throw DecodingFailure.Create<long>(context, $"it has {data.Length} bytes; a big-endian integer has {sizeof(long)}.");
}
