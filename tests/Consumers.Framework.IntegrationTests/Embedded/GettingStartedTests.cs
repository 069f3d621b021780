using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>The example of <c>docs/testing.md</c>, word for word between the marks, and run.</summary>
public sealed class GettingStartedTests
{
    // <example>
    [Fact(Timeout = 30_000)]
    public async Task Orders_AreHandled()
    {
        await using var kafka = EmbeddedKafka.Start(new() { Topics = { ["orders"] = 3 } });

        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(kafka.SettingsFor("orders"));
        builder.Configuration["Kafka:Consumers:orders:Topics:0"] = "orders";
        builder.Configuration["Kafka:Consumers:orders:GroupId"] = "billing";
        builder.Services.AddSingleton<HandledOrders>();
        builder.Services.AddKafkaConsumer<OrderHandler>("orders");
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        var produced = await producer.ProduceAsync("orders", new() { Value = """{ "id": 7 }""" }, TestContext.Current.CancellationToken);

        var consumer = host.Services.GetRequiredService<IKafkaConsumers>()["orders"];
        await consumer.WaitForCatchUpAsync(produced.TopicPartitionOffset, TestContext.Current.CancellationToken);
        Assert.Equal([7], host.Services.GetRequiredService<HandledOrders>().Select(order => order.Id));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public sealed record Order(int Id);

    public sealed class HandledOrders : ConcurrentQueue<Order>;

    public sealed class OrderHandler(HandledOrders handled) : IKafkaHandler<Order>
    {
        public ValueTask HandleAsync(Order order, ConsumeContext context, CancellationToken cancellationToken)
        {
            handled.Enqueue(order);
            return ValueTask.CompletedTask;
        }
    }
    // </example>
}
