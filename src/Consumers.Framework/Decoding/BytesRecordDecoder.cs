namespace Consumers.Framework.Decoding;

/// <summary>The raw bytes, copied. Immutable; any thread.</summary>
internal sealed class BytesRecordDecoder : IRecordDecoder<byte[]>
{
    public static BytesRecordDecoder Instance { get; } = new();

    public ValueTask<byte[]> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) => new(data.ToArray());
}
