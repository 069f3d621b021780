using System.Buffers.Binary;

namespace Consumers.Framework.Decoding;

/// <summary>Four bytes, big-endian, as Kafka's own serializers write them. Immutable; any thread.</summary>
internal sealed class Int32RecordDecoder : IRecordDecoder<int>
{
    public static Int32RecordDecoder Instance { get; } = new();

    public ValueTask<int> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        data.Length == sizeof(int)
            ? new(BinaryPrimitives.ReadInt32BigEndian(data))
            : throw DecodingFailure.Create<int>(context, $"it has {data.Length} bytes; a big-endian integer has {sizeof(int)}.");
}
