using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Options;
using Orders.Web.Broker;
using Orders.Web.Orders;

namespace Orders.Web.Feed;

/// <summary>Produces a steady stream of orders, keyed by customer. Broker trouble is counted and never ends it.</summary>
internal sealed partial class OrderFeed(
    IOptions<FeedOptions> options, IConfiguration configuration, FeedCounters counters, TimeProvider time, ILogger<OrderFeed> logger)
    : BackgroundService
{
    // Ten batches a second and partition at most: the embedded broker keeps each batch in a list that every fetch walks.
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(100);

    private readonly OrderGenerator _orders = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var feed = options.Value;
        if (!feed.Enabled)
        {
            return;
        }

        using var producer = CreateProducer();
        using var timer = new PeriodicTimer(_tick, time);
        var due = 0.0;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // An order that a full queue or a late tick left over is not made up for: the stream is steady, not exact.
                for (due += feed.OrdersPerSecond * _tick.TotalSeconds; due >= 1; due--)
                {
                    Produce(producer, feed.Topic);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            producer.Flush(TimeSpan.FromMilliseconds(300));
        }
    }

    private IProducer<string, byte[]> CreateProducer()
    {
        // The same client settings that the consumer gets (security, for one), then what the feed needs.
        var client = configuration.GetSection("Kafka:Client").GetChildren()
            .Where(static setting => setting.Value is not null)
            .ToDictionary(static setting => setting.Key, static setting => setting.Value!);
        var config = new ProducerConfig(client)
        {
            BootstrapServers = BrokerAddress.Find(configuration),
            ClientId = "order-feed",
            LingerMs = 20,
            MessageTimeoutMs = 10_000,
        };
        return new ProducerBuilder<string, byte[]>(config)
            .SetErrorHandler((_, error) => LogClientError(error.Reason))
            .SetLogHandler(static (_, _) => { })
            .Build();
    }

    private void Produce(IProducer<string, byte[]> producer, string topic)
    {
        var order = _orders.Next();
        using var activity = new Activity("orders publish").SetIdFormat(ActivityIdFormat.W3C).Start();
        var message = new Message<string, byte[]>
        {
            Key = order.Customer,
            Value = JsonSerializer.SerializeToUtf8Bytes(order, OrderJson.Default.OrderPlaced),
            Headers = new Headers { { "traceparent", Encoding.ASCII.GetBytes(activity.Id!) } },
        };
        try
        {
            producer.Produce(topic, message, OnDelivered);
        }
        catch (ProduceException<string, byte[]> exception)
        {
            Fail(exception.Error.Reason);
        }
    }

    private void OnDelivered(DeliveryReport<string, byte[]> report)
    {
        if (report.Error.IsError)
        {
            Fail(report.Error.Reason);
        }
        else
        {
            counters.Succeed();
        }
    }

    private void Fail(string reason)
    {
        if (counters.Fail(reason))
        {
            LogFailed(reason);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Orders cannot be produced: {Reason}. The feed goes on trying.")]
    private partial void LogFailed(string reason);

    [LoggerMessage(2, LogLevel.Debug, "The feed's client reports: {Reason}")]
    private partial void LogClientError(string reason);
}
