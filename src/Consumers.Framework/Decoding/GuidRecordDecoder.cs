namespace Consumers.Framework.Decoding;

/// <summary>A UUID as text, as Kafka's own UUID serializer writes it. Immutable; any thread.</summary>
internal sealed class GuidRecordDecoder : IRecordDecoder<Guid>
{
    public static GuidRecordDecoder Instance { get; } = new();

    public ValueTask<Guid> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        Guid.TryParse(data, out var value)
            ? new(value)
            : throw DecodingFailure.Create<Guid>(context, $"its {data.Length} bytes are not the text of a UUID.");
}
