namespace Consumers.Framework.Decoding;

/// <summary>The raw bytes, copied, so that a handler may keep them. Immutable; any thread.</summary>
internal sealed class MemoryRecordDecoder : IRecordDecoder<ReadOnlyMemory<byte>>
{
    public static MemoryRecordDecoder Instance { get; } = new();

    public ValueTask<ReadOnlyMemory<byte>> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        new(data.ToArray());
}
