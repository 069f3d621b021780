using Confluent.Kafka;
using Consumers.Framework.Decoding;

namespace Consumers.Framework.Tests.Decoding;

public class BuiltInDecoderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("gr\u00fc\u00df dich \ud83d\ude42")]
    public void String_Utf8_Decodes(string text) => Assert.Equal(text, StringRecordDecoder.Instance.Decode(text));

    [Fact]
    public void String_InvalidUtf8_IsPoisonInsteadOfReplacementCharacters()
    {
        var exception = StringRecordDecoder.Instance.Poison([0x61, 0xC3, 0x28], Bytes.Key);

        Assert.Equal("The key could not be decoded to System.String: it is not valid UTF-8.", exception.Message);
    }

    [Fact]
    public void String_OtherEncodingOrFraming_IsNamed()
    {
        Assert.Contains("it looks like UTF-16", StringRecordDecoder.Instance.Poison([0xFF, 0xFE, 0x61, 0x00]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "the framing of a schema registry (a zero byte and the id of a schema); decode it by UseKeyDeserializer with the registry's deserializer.",
            StringRecordDecoder.Instance.Poison([0, 0, 0, 0, 7, 0xC3, 0x28], Bytes.Key).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_AreCopied()
    {
        byte[] data = [1, 2, 3];

        var bytes = BytesRecordDecoder.Instance.Decode(data);
        var memory = MemoryRecordDecoder.Instance.Decode(data);
        data[0] = 9;

        Assert.Equal([1, 2, 3], bytes);
        Assert.Equal([1, 2, 3], memory.ToArray());
        Assert.Empty(BytesRecordDecoder.Instance.Decode([]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(int.MaxValue)]
    public void Integers_AreThoseOfConfluent(int value)
    {
        Assert.Equal(value, Int32RecordDecoder.Instance.Decode(Serializers.Int32.Serialize(value, Bytes.Key.ToSerializationContext())));
        Assert.Equal(value * 3L, Int64RecordDecoder.Instance.Decode(Serializers.Int64.Serialize(value * 3L, Bytes.Key.ToSerializationContext())));
    }

    [Fact]
    public void Integers_WrongLength_ArePoison()
    {
        Assert.Equal(
            "The key could not be decoded to System.Int32: it has 3 bytes; a big-endian integer has 4.",
            Int32RecordDecoder.Instance.Poison([1, 2, 3], Bytes.Key).Message);
        Assert.Contains("it has 0 bytes; a big-endian integer has 8.", Int64RecordDecoder.Instance.Poison(Array.Empty<byte>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Guid_Text_Decodes()
    {
        var id = Guid.NewGuid();

        Assert.Equal(id, GuidRecordDecoder.Instance.Decode(id.ToString()));
        Assert.Contains("are not the text of a UUID", GuidRecordDecoder.Instance.Poison(id.ToByteArray()).Message, StringComparison.Ordinal);
    }
}
