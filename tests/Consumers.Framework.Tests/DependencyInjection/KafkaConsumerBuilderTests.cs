using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Tests.Decoding;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.DependencyInjection;

/// <summary>What a consumer can be given beside its options, seen from its handlers.</summary>
public sealed class KafkaConsumerBuilderTests
{
    private readonly Heard _heard = new();

    [Fact]
    public async Task Handle_SeveralMessageTypes_RoutesByHeader()
    {
        await using var host = Host(static builder => builder.Handle<NameHandler>("name").Handle<OrderHandler>());

        await DeliverAsync(host,
            source => source.Deliver(0, "Anna"u8.ToArray(), messageType: "name"),
            source => source.Deliver(1, """{ "id": 7, "customer": "Bert" }"""u8.ToArray(), messageType: nameof(Order)));

        Assert.Equal(["NameHandler Anna", "OrderHandler Bert"], _heard.Messages);
    }

    [Fact]
    public async Task Handle_TheOnlyHandler_GetsRecordsOfItsMessageTypeOnly()
    {
        await using var host = Host(static builder => builder.Handle<NameHandler>("name").Configure(SkipFailures));

        await DeliverAsync(host, source => source.Deliver(0, "Anna"u8.ToArray()), source => source.Deliver(1, "Bert"u8.ToArray(), messageType: "name"));

        Assert.Equal(["NameHandler Bert"], _heard.Messages);
    }

    [Fact]
    public async Task AddKafkaConsumer_TheShortForm_GetsEveryRecord()
    {
        await using var host = Host(builder: null);
        host.Services.AddKafkaConsumer<NameHandler>("orders");

        await DeliverAsync(host, source => source.Deliver(0, "Anna"u8.ToArray()), source => source.Deliver(1, "Bert"u8.ToArray(), messageType: "whatever"));

        Assert.Equal(["NameHandler Anna", "NameHandler Bert"], _heard.Messages);
    }

    [Fact]
    public async Task RouteBy_NamesTheMessageType_OrLeavesItToTheHeader()
    {
        await using var host = Host(static builder => builder.Handle<NameHandler>("name").Handle<OrderHandler>("order")
            .RouteBy(static context => context.RawValue is [(byte)'{', ..] ? "order" : null));

        await DeliverAsync(host,
            source => source.Deliver(0, """{ "id": 7, "customer": "Bert" }"""u8.ToArray(), messageType: "name"),
            source => source.Deliver(1, "Anna"u8.ToArray(), messageType: "name"));

        Assert.Equal(["OrderHandler Bert", "NameHandler Anna"], _heard.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseJson_OptionsOrContext_DecodesByThem(bool context)
    {
        // The defaults refuse the comma at the end.
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { AllowTrailingCommas = true, TypeInfoResolver = OrderContext.Default };
        await using var host = Host(builder => (context ? builder.UseJson(new OrderContext(new JsonSerializerOptions(options))) : builder.UseJson(options))
            .Handle<OrderHandler>("order").RouteBy(static _ => "order"));

        await DeliverAsync(host, source => source.Deliver(0, """{ "id": 7, "customer": "Bert", }"""u8.ToArray()));

        Assert.Equal(["OrderHandler Bert"], _heard.Messages);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UseDeserializer_ForItsType_IsAskedInsteadOfJson(bool isAsync)
    {
        var deserializer = new ShoutedOrders();
        await using var host = Host(builder: null);
        var builder = host.Services.AddKafkaConsumer<OrderHandler>("orders");
        _ = isAsync ? builder.UseDeserializer((IAsyncDeserializer<Order>)deserializer) : builder.UseDeserializer((IDeserializer<Order>)deserializer);

        await DeliverAsync(host, source => source.Deliver(0, "bert"u8.ToArray()));

        Assert.Equal(["OrderHandler BERT"], _heard.Messages);
    }

    [Fact]
    public async Task UseKeyDeserializer_ForItsType_DecodesTheKey()
    {
        await using var host = Host(static builder => builder.UseKeyDeserializer(new ShoutedOrders()).Handle<KeyHandler>("any").RouteBy(static _ => "any"));

        await DeliverAsync(host, source => source.Deliver(0, [1], key: "bert"u8.ToArray()));

        Assert.Equal(["KeyHandler BERT"], _heard.Messages);
    }

    [Fact]
    public void Handle_AMessageTypeTwice_IsRefusedAtTheCall()
    {
        var builder = new ServiceCollection().AddKafkaConsumer("orders").Handle<NameHandler>("name");

        var thrown = Assert.Throws<InvalidOperationException>(() => builder.Handle<OrderHandler>("name"));

        Assert.Equal(
            $"Consumer 'orders': both {typeof(NameHandler)} and {typeof(OrderHandler)} handle the message type 'name'; give one of them another type name.",
            thrown.Message);
    }

    [Fact]
    public void Builder_OfSomebodyElse_IsRefused()
    {
        IKafkaConsumerBuilder foreign = new ForeignBuilder();

        var thrown = Assert.Throws<ArgumentException>(() => foreign.Handle<NameHandler>());

        Assert.StartsWith("The builder does not come from AddKafkaConsumer.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Builder_Always_ShowsNameAndServices()
    {
        var services = new ServiceCollection();

        var builder = services.AddKafkaConsumer("orders").Handle<NameHandler>();

        Assert.Equal("orders", builder.Name);
        Assert.Same(services, builder.Services);
    }

    private static void SkipFailures(Consumers.Framework.Configuration.KafkaConsumerOptions options) =>
        options.Failures.WhenExhausted = Consumers.Framework.Configuration.ExhaustedPolicy.Skip;

    private ConsumerHost Host(Action<IKafkaConsumerBuilder>? builder)
    {
        var host = new ConsumerHost().Section("orders");
        host.Services.AddSingleton(_heard);
        builder?.Invoke(host.Services.AddKafkaConsumer("orders"));
        return host;
    }

    private static async Task DeliverAsync(ConsumerHost host, params Action<FakeSource>[] deliveries)
    {
        var source = await host.StartAssignedAsync();
        foreach (var deliver in deliveries)
        {
            deliver(source);
        }

        Waiting.Until(() => host.Orders.GetSnapshot().Handled == deliveries.Length, "Not all records were handled.");
    }

    private sealed class Heard
    {
        private readonly List<string> _messages = [];

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (_messages)
                {
                    return [.. _messages];
                }
            }
        }

        public ValueTask Add(object handler, string message)
        {
            lock (_messages)
            {
                _messages.Add($"{handler.GetType().Name} {message}");
            }

            return ValueTask.CompletedTask;
        }
    }

    private sealed class NameHandler(Heard heard) : IKafkaHandler<string>
    {
        public ValueTask HandleAsync(string message, ConsumeContext context, CancellationToken cancellationToken) => heard.Add(this, message);
    }

    private sealed class OrderHandler(Heard heard) : IKafkaHandler<Order>
    {
        public ValueTask HandleAsync(Order message, ConsumeContext context, CancellationToken cancellationToken) => heard.Add(this, message.Customer);
    }

    private sealed class KeyHandler(Heard heard) : IKafkaHandler<byte[]>
    {
        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => heard.Add(this, context.GetKey<Order>()!.Customer);
    }

    /// <summary>An order is its customer's name, in capitals.</summary>
    private sealed class ShoutedOrders : IDeserializer<Order>, IAsyncDeserializer<Order>
    {
        public Order Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => new(1, Encoding.UTF8.GetString(data).ToUpperInvariant());

        public async Task<Order> DeserializeAsync(ReadOnlyMemory<byte> data, bool isNull, SerializationContext context)
        {
            await Task.Yield();
            return Deserialize(data.Span, isNull, context);
        }
    }

    private sealed class ForeignBuilder : IKafkaConsumerBuilder
    {
        public string Name => "orders";

        public IServiceCollection Services { get; } = new ServiceCollection();
    }
}
