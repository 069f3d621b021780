using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Confluent.Kafka;
using Consumers.Framework.Decoding;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Decoding;

public class DecoderRegistryTests
{
    private readonly DecoderRegistrations _registrations = new();

    private DecoderRegistry Build() => new("billing", _registrations, new ServiceCollection().AddSingleton(new Upper()).BuildServiceProvider());

    [Fact]
    public void Value_BuiltIn_IsNotJson()
    {
        var registry = Build();

        Assert.Equal("\"a\"", registry.Value<string>().Decode("\"a\""));
        Assert.Equal([0x22], registry.Value<byte[]>().Decode("\""));
        Assert.Equal([0x22], registry.Value<ReadOnlyMemory<byte>>().Decode("\"").ToArray());
        Assert.Same(RawPayloadDecoder.Instance, registry.Value<RawPayload>());
    }

    /// <summary>A raw payload is the record's value, whatever bytes it is made from: as a key it would show the wrong ones.</summary>
    [Fact]
    public void Key_RawPayload_IsRefused() => Assert.Throws<NotSupportedException>(Build().Key<RawPayload>);

    [Fact]
    public void Value_OtherType_IsJson()
    {
        Assert.Equal(new Order(7, "ann"), Build().Value<Order>().Decode("""{"id":7,"customer":"ann"}"""));
        Assert.Equal(42, Build().Value<int>().Decode("42"));
    }

    [Fact]
    public void Value_Registered_WinsOverBuiltIn()
    {
        _registrations.AddValue<string>(static services => new DeserializerDecoder<string>(services.GetRequiredService<Upper>()));
        var registry = Build();

        Assert.Equal("ABC", registry.Value<string>().Decode("abc"));
        Assert.Equal("abc", registry.Key<string>().Decode("abc"));
    }

    [Fact]
    public void Value_JsonOptionsOfGeneratedContext_AreUsed()
    {
        _registrations.UseJson(static _ => OrderContext.Default.Options);
        var registry = Build();

        Assert.Equal(7, registry.Value<Order>().Decode("""{"id":7,"customer":"ann"}""").Id);
        var exception = Assert.Throws<NoDecoderException>(registry.Value<StrictOrder>);
        Assert.Contains("Consumer billing cannot decode values of type Consumers.Framework.Tests.Decoding.StrictOrder: nothing decodes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseJson", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_OptionsWithoutResolver_AreRefusedAtStart()
    {
        _registrations.UseJson(static _ => new JsonSerializerOptions { TypeInfoResolver = JsonTypeInfoResolver.Combine() });

        Assert.Throws<NoDecoderException>(Build().Value<Order>);
    }

    /// <summary>System.Text.Json has contracts for these and refuses them when a value is to be made.</summary>
    [Fact]
    public void Value_ThatJsonCannotMake_IsRefusedAtStart()
    {
        var registry = Build();

        Assert.All<Action>(
            [() => registry.Value<IOrder>(), () => registry.Value<Stream>(), () => registry.Value<TwoWays>(), () => registry.Value<Unbound>(), () => registry.Value<System.Collections.Frozen.FrozenSet<int>>()],
            static make => Assert.Contains(" can be made from JSON: ", Assert.Throws<NoDecoderException>(make).Problem, StringComparison.Ordinal));
        Assert.Equal(
            $"no value of type {typeof(IOrder)} can be made from JSON: Deserialization of interface or abstract types is not supported. Type '{typeof(IOrder).FullName}'",
            Assert.Throws<NoDecoderException>(() => registry.Value<IOrder>()).Problem);
    }

    [Fact]
    public void Value_ThatJsonCanMake_IsTriedWithoutAConstructor()
    {
        var registry = Build();

        registry.Value<Order>();
        registry.Value<int[]>();
        registry.Value<IReadOnlyList<Order>>();
        registry.Value<IReadOnlyDictionary<string, int>>();
        registry.Value<IShape>();
        registry.Value<JsonElement>();
        registry.Value<int?>();
        registry.Value<(int, int)>();
        registry.Value<Counted>();
        registry.Value<CountedRecord>();
        Assert.Equal(0, Counted.Made);
    }

    [Fact]
    public void Key_BuiltIn_Decodes()
    {
        var registry = Build();
        var id = Guid.NewGuid();

        Assert.Equal(5, registry.DecodeKey<int>([0, 0, 0, 5], Bytes.Key));
        Assert.Equal(5L, registry.DecodeKey<long>([0, 0, 0, 0, 0, 0, 0, 5], Bytes.Key));
        Assert.Equal(id, registry.DecodeKey<Guid>(System.Text.Encoding.ASCII.GetBytes(id.ToString()), Bytes.Key));
        Assert.Equal("k", registry.DecodeKey<string>("k"u8, Bytes.Key));
        Assert.Equal([0x6B], registry.DecodeKey<byte[]>("k"u8, Bytes.Key));
        Assert.Equal([0x6B], registry.DecodeKey<ReadOnlyMemory<byte>>("k"u8, Bytes.Key).ToArray());
    }

    [Fact]
    public void Key_Unknown_SaysHowToRegister()
    {
        var exception = Assert.Throws<NotSupportedException>(Build().Key<Order>);

        Assert.Contains("Consumer billing has no decoder for keys of type Consumers.Framework.Tests.Decoding.Order", exception.Message, StringComparison.Ordinal);
        Assert.Contains("UseKeyDeserializer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DecodeKey_AsyncDeserializer_IsWaitedFor()
    {
        _registrations.AddKey<string>(static _ => new AsyncDeserializerDecoder<string>(new Slow()));

        Assert.Equal("late", Build().DecodeKey<string>("k"u8, Bytes.Key));
    }

    [Fact]
    public void DecodeKey_Number_AllocatesNothing()
    {
        var registry = Build();
        byte[] key = [0, 0, 0, 5];
        var sum = registry.DecodeKey<int>(key, Bytes.Key);

        var context = Bytes.Key;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            sum += registry.DecodeKey<int>(key, context);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(5_005, sum);
    }

    private interface IOrder
    {
        int Id { get; }
    }

    [JsonDerivedType(typeof(Square), "square")]
    private interface IShape;

    private sealed class Square : IShape;

    private sealed class TwoWays
    {
        public TwoWays(int id) => Id = id;

        public TwoWays(string id) => Id = id.Length;

        public int Id { get; }
    }

    private sealed class Unbound(int other)
    {
        public int Id { get; } = other;
    }

    private class Counted
    {
        public Counted() => Made++;

        public static int Made { get; private set; }
    }

    private sealed class CountedRecord(int id) : Counted
    {
        public int Id { get; } = id;
    }

    private sealed class Upper : IDeserializer<string>
    {
        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
            System.Text.Encoding.UTF8.GetString(data).ToUpperInvariant();
    }

    private sealed class Slow : IAsyncDeserializer<string>
    {
        public async Task<string> DeserializeAsync(ReadOnlyMemory<byte> data, bool isNull, SerializationContext context)
        {
            await Task.Yield();
            return "late";
        }
    }
}
