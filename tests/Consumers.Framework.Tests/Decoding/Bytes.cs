using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Decoding;

namespace Consumers.Framework.Tests.Decoding;

/// <summary>Decodes in one line, as a lane does.</summary>
internal static class Bytes
{
    public static SerializationContext Value { get; } = new(MessageComponentType.Value, "orders");

    public static SerializationContext Key { get; } = new(MessageComponentType.Key, "orders");

    public static T Decode<T>(this IRecordDecoder<T> decoder, ReadOnlySpan<byte> data, SerializationContext? context = null)
    {
        var decoding = decoder.DecodeAsync(data, context ?? Value, TestContext.Current.CancellationToken);
        return decoding.IsCompleted ? decoding.Result : throw new InvalidOperationException("The decoder did not answer at once.");
    }

    public static T Decode<T>(this IRecordDecoder<T> decoder, string text) => decoder.Decode(Encoding.UTF8.GetBytes(text));

    public static RecordDecodingException Poison<T>(this IRecordDecoder<T> decoder, byte[] data, SerializationContext? context = null) =>
        Assert.Throws<RecordDecodingException>(() => { decoder.Decode(data, context); });

    public static RecordDecodingException Poison<T>(this IRecordDecoder<T> decoder, string text) => decoder.Poison(Encoding.UTF8.GetBytes(text));
}
