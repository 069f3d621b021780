using System.Text.Json;
using Confluent.Kafka;

namespace Consumers.Framework.Decoding;

/// <summary>
/// What a key or value looks like, told from its first bytes and without any of them: why it is not what its decoder expects. Asked only
/// when decoding has failed.
/// </summary>
internal static class PayloadForm
{
    /// <summary>Why bytes are not JSON of the contract, as the end of a sentence; null when their form says nothing.</summary>
    public static string? OfJson(ReadOnlySpan<byte> data, in DecodingContext context) => OfText(data, context)
        ?? (IsEncodedTwice(data) ? "it is a JSON string that holds JSON: its producer has encoded it twice." : null);

    /// <summary>Why bytes are not UTF-8 text, as the end of a sentence; null when their form says nothing.</summary>
    public static string? OfText(ReadOnlySpan<byte> data, in DecodingContext context)
    {
        var with = context.Component == MessageComponentType.Key ? "UseKeyDeserializer" : "UseDeserializer";

        // First, because big-endian UTF-16 begins with a zero too.
        if (IsUtf16(data))
        {
            return $"it looks like UTF-16, and text is expected to be UTF-8; produce it as UTF-8, or decode it by {with} with a deserializer of your own.";
        }

        return IsFramed(data)
            ? $"it begins with the framing of a schema registry (a zero byte and the id of a schema); decode it by {with} with the registry's deserializer."
            : null;
    }

    /// <summary>What a deserializer was given, as the end of a sentence without its full stop.</summary>
    public static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return "it is empty";
        }

        var form = IsUtf16(data) ? "looks like UTF-16 text, without the framing of a schema registry"
            : IsFramed(data) ? "begins with the framing of a schema registry"
            : LooksLikeJson(data) ? "looks like JSON, without the framing of a schema registry"
            : "does not begin with the framing of a schema registry";
        return $"it has {data.Length} bytes and {form}";
    }

    /// <summary>A byte order mark, or two characters whose other byte is zero.</summary>
    private static bool IsUtf16(ReadOnlySpan<byte> data) => data switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => true,
        [0, not 0, 0, not 0, ..] or [not 0, 0, not 0, 0, ..] => data.Length % 2 == 0,
        _ => false,
    };

    /// <summary>A zero and four bytes of a schema's id, as the serializers of Confluent's schema registry begin what they write.</summary>
    private static bool IsFramed(ReadOnlySpan<byte> data) => data is [0, _, _, _, _, ..];

    private static bool LooksLikeJson(ReadOnlySpan<byte> data) => data.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static bool IsEncodedTwice(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString() is { } text
                && text.AsSpan().TrimStart() is ['{' or '[', ..];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON at all, or text that is not UTF-8.
            return false;
        }
    }
}
