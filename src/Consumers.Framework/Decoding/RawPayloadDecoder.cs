namespace Consumers.Framework.Decoding;

/// <summary>The value where the client keeps it, neither copied nor read. Immutable; any thread.</summary>
internal sealed class RawPayloadDecoder : IRecordDecoder<RawPayload>
{
    public static RawPayloadDecoder Instance { get; } = new();

    public ValueTask<RawPayload> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken) =>
        new(new RawPayload(context.Record));
}
