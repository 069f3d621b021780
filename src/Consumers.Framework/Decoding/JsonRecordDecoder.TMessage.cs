using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Consumers.Framework.Decoding;

/// <summary>JSON by System.Text.Json, from a contract that reflection or a source-generated context made. Immutable; any thread.</summary>
internal sealed class JsonRecordDecoder<T>(JsonTypeInfo<T> typeInfo) : IRecordDecoder<T>
{
    // System.Text.Json skips the mark in a stream, but not in a span.
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public ValueTask<T> DecodeAsync(ReadOnlySpan<byte> data, DecodingContext context, CancellationToken cancellationToken)
    {
        if (data.StartsWith(ByteOrderMark))
        {
            data = data[ByteOrderMark.Length..];
        }

        if (data.IsEmpty)
        {
            throw DecodingFailure.Create<T>(context, "it is empty, which is not JSON.");
        }

        T? value;
        try
        {
            value = JsonSerializer.Deserialize(data, typeInfo);
        }
        catch (Exception exception)
        {
            throw DecodingFailure.Create<T>(context, ReasonOf(data, context, exception), exception);
        }

        return value is null ? throw DecodingFailure.Create<T>(context, NullLiteral) : new(value);
    }

    private const string NullLiteral = "it is the JSON literal null. A tombstone is a record without a value, not a value that says null.";

    private string ReasonOf(ReadOnlySpan<byte> data, in DecodingContext context, Exception exception) =>
        IsNullLiteral(data) ? NullLiteral : PayloadForm.OfJson(data, context) ?? JsonFailureReason.Describe(exception, typeInfo);

    private static bool IsNullLiteral(ReadOnlySpan<byte> data) => data.Trim(" \t\r\n"u8).SequenceEqual("null"u8);
}
