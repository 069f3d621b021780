using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Decoding;

/// <summary>Decodes in one line, as a lane does.</summary>
internal static class Bytes
{
    /// <summary>A record that is in hand and stays there.</summary>
    public static ConsumeContext Record { get; } = Slots.Begin(new FakeReader().Make(0, headers: [new Header("h", "x"u8.ToArray())]));

    public static DecodingContext Value { get; } = new(MessageComponentType.Value, Record);

    public static DecodingContext Key { get; } = new(MessageComponentType.Key, Record);

    /// <summary>A value whose failures may quote it.</summary>
    public static DecodingContext Quotable { get; } = new(MessageComponentType.Value, Slots.BeginQuotable(new FakeReader().Make(0)));

    public static T Decode<T>(this IRecordDecoder<T> decoder, ReadOnlySpan<byte> data, DecodingContext? context = null)
    {
        var decoding = decoder.DecodeAsync(data, context ?? Value, TestContext.Current.CancellationToken);
        return decoding.IsCompleted ? decoding.Result : throw new InvalidOperationException("The decoder did not answer at once.");
    }

    public static T Decode<T>(this IRecordDecoder<T> decoder, string text) => decoder.Decode(Encoding.UTF8.GetBytes(text));

    public static RecordDecodingException Poison<T>(this IRecordDecoder<T> decoder, byte[] data, DecodingContext? context = null) =>
        Assert.Throws<RecordDecodingException>(() => { decoder.Decode(data, context); });

    public static RecordDecodingException Poison<T>(this IRecordDecoder<T> decoder, string text) => decoder.Poison(Encoding.UTF8.GetBytes(text));
}
