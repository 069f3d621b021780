using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Consumers.Framework.Decoding;

namespace Consumers.Framework.Tests.Decoding;

public class JsonRecordDecoderTests
{
    private static JsonRecordDecoder<T> ByReflection<T>() => new((JsonTypeInfo<T>)JsonDefaults.Options.GetTypeInfo(typeof(T)));

    [Fact]
    public void DecodeAsync_Json_UsesWebDefaults()
    {
        var order = ByReflection<Order>().Decode("""{"id":"7","CUSTOMER":"ann"}""");

        Assert.Equal(new Order(7, "ann"), order);
    }

    [Fact]
    public void DecodeAsync_GeneratedContext_Decodes()
    {
        var order = new JsonRecordDecoder<Order>(OrderContext.Default.Order).Decode("""{"id":7,"customer":"ann","lines":[{"sku":"a","count":2}]}""");

        Assert.Equal(new OrderLine("a", 2), Assert.Single(order.Lines!));
    }

    [Fact]
    public void DecodeAsync_ByteOrderMark_IsSkipped() =>
        Assert.Equal(7, ByReflection<Order>().Decode([0xEF, 0xBB, 0xBF, .. """{"id":7,"customer":"ann"}"""u8]).Id);

    [Theory]
    [InlineData("null")]
    [InlineData(" null\n")]
    public void DecodeAsync_NullLiteral_IsPoisonThatNamesTombstones(string json)
    {
        var forClass = ByReflection<Order>().Poison(json);
        var forStruct = ByReflection<int>().Poison(json);
        var forNullable = ByReflection<int?>().Poison(json);

        Assert.All([forClass, forStruct, forNullable], static exception => Assert.Contains("A tombstone is a record without a value", exception.Message, StringComparison.Ordinal));
        Assert.Contains("The value could not be decoded to Consumers.Framework.Tests.Decoding.Order:", forClass.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"id":1}{"id":2}""")]
    [InlineData("""{"id":"secret"}""")]
    [InlineData("""{"id":99999999999}""")]
    [InlineData("secret")]
    public void DecodeAsync_Poison_SaysSoWithoutThePayload(string json)
    {
        var exception = ByReflection<Order>().Poison(json);

        Assert.StartsWith("The value could not be decoded to Consumers.Framework.Tests.Decoding.Order: ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("9999", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_FramingOfASchemaRegistry_IsNamed() => Assert.Equal(
        "The value could not be decoded to Consumers.Framework.Tests.Decoding.Order: it begins with the framing of a schema registry (a zero byte and the id "
        + "of a schema); decode it by UseDeserializer with the registry's deserializer.",
        ByReflection<Order>().Poison([0, 0, 0, 0, 7, .. """{"id":7,"customer":"ann"}"""u8]).Message);

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void DecodeAsync_Utf16_IsNamed(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);

        var exception = ByReflection<Order>().Poison([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("""{"id":7}""")]);

        Assert.Contains("it looks like UTF-16, and text is expected to be UTF-8", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":7,"customer":"ann"}""", true)]
    [InlineData(" [1]", true)]
    [InlineData("ann", false)]
    [InlineData("", false)]
    public void DecodeAsync_JsonInAJsonString_IsNamed(string inner, bool isJson)
    {
        var exception = ByReflection<Order>().Poison(JsonSerializer.Serialize(inner));

        Assert.Equal(isJson, exception.Message.EndsWith("it is a JSON string that holds JSON: its producer has encoded it twice.", StringComparison.Ordinal));
        Assert.DoesNotContain("ann", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_MemberThatJsonCannotMake_NamesItsType() => Assert.EndsWith(
        "a member of it cannot be made from JSON: Deserialization of interface or abstract types is not supported. Type 'Consumers.Framework.Tests.Decoding.IPerson'.",
        ByReflection<OrderOfPerson>().Poison("""{"id":7,"person":{"name":"ann"}}""").Message, StringComparison.Ordinal);

    [Fact]
    public void DecodeAsync_RecordDataIsIncluded_SaysWhatTheParserSaid()
    {
        var exception = ByReflection<Order>().Poison("""{"id":7,x}"""u8.ToArray(), Bytes.Quotable);

        Assert.Contains("(line 1, byte ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("JsonException: \"'x' is an invalid start of a property name.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_BytesThatAreNotUtf8_IsPoison() =>
        Assert.IsType<JsonException>(ByReflection<Order>().Poison([.. "{\"customer\":\""u8, 0xFF, 0xC0, .. "\"}"u8]).InnerException);

    [Fact]
    public void DecodeAsync_WrongType_NamesMemberAndPlace()
    {
        var exception = ByReflection<Order>().Poison("""{"id":7,"customer":"ann","lines":[{"sku":"a","count":1},{"sku":"b","count":"many"}]}""");

        Assert.Contains("a value does not fit the type at $.lines[1].count (line 1, byte ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("; System.FormatException)", exception.Message, StringComparison.Ordinal);
        Assert.IsType<JsonException>(exception.InnerException);
    }

    [Fact]
    public void DecodeAsync_WrongTypeInDictionary_HidesTheKey()
    {
        var exception = ByReflection<Order>().Poison("""{"stock":{"ann@example.org":"x"}}""");

        Assert.Contains("at $.stock[*] (", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ann", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_MissingRequiredMember_NamesIt()
    {
        var exception = ByReflection<StrictOrder>().Poison("{}");

        Assert.Contains("'id'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Path:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_ConverterThrowsAJsonExceptionWhoseMessageThrows_IsPoison()
    {
        var exception = new JsonRecordDecoder<int>((JsonTypeInfo<int>)new JsonSerializerOptions { Converters = { new HostileConverter() }, TypeInfoResolver = new DefaultJsonTypeInfoResolver() }.GetTypeInfo(typeof(int))).Poison("7");

        Assert.StartsWith("The value could not be decoded to System.Int32: the JSON is malformed or does not fit the type at $ (line 1,", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeAsync_ConverterThrows_KeepsItsTextInside()
    {
        var exception = ByReflection<ConvertedOrder>().Poison("""{"secret":"4711"}""");

        Assert.Contains("System.InvalidOperationException", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", exception.Message, StringComparison.Ordinal);
        Assert.Contains("4711", exception.InnerException!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.lines[12].sku", "$.lines[12].sku")]
    [InlineData("$.Lines", "$.lines")]
    [InlineData("$.stock['a.b'].x", "$.stock[*]")]
    [InlineData("$.stock.ann", "$.stock[*]")]
    [InlineData("$.unknown.ann", "$")]
    [InlineData("$['a.b']", "$")]
    [InlineData("$['", "$")]
    [InlineData("$.lines[", "$.lines[]")]
    [InlineData("$", "$")]
    [InlineData(null, "$")]
    public void Path_OfContract_KeepsMembersOnly(string? path, string expected) =>
        Assert.Equal(expected, JsonFailureReason.Path(path, OrderContext.Default.Order));

    [Fact]
    public void DecodeAsync_ValueType_AllocatesNothing()
    {
        var decoder = ByReflection<int>();
        var data = Encoding.UTF8.GetBytes("4711");
        for (var i = 0; i < 100; i++)
        {
            decoder.Decode(data);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            decoder.Decode(data);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class HostileJsonException : JsonException
    {
        public override string Message => throw new InvalidOperationException("message");
    }

    private sealed class HostileConverter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new HostileJsonException();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
