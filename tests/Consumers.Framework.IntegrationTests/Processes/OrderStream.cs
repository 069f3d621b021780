using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>Produces orders with the ids 0, 1, 2 ... in turn over the partitions, at a steady rate, until it is stopped.</summary>
internal sealed class OrderStream : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<Null, byte[]> _producer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _running;
    private long _produced;

    private OrderStream(string bootstrapServers, string topic, int partitions, double perSecond)
    {
        _producer = Build(bootstrapServers);
        _running = RunAsync(topic, partitions, perSecond);
    }

    public static OrderStream Start(string bootstrapServers, string topic, int partitions, double perSecond) => new(bootstrapServers, topic, partitions, perSecond);

    /// <summary>Produces so many orders at once.</summary>
    public static void Produce(string bootstrapServers, string topic, int partitions, int count)
    {
        using var producer = Build(bootstrapServers);
        for (var id = 0; id < count; id++)
        {
            producer.Produce(new TopicPartition(topic, id % partitions), Order(id), report => Assert.False(report.Error.IsError, report.Error.Reason));
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }

    /// <returns>How many orders the topic has: every id below this number, once.</returns>
    public async Task<long> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Assert.Equal(0, _producer.Flush(TimeSpan.FromSeconds(30)));
        Assert.Empty(_failures);
        return _produced;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _producer.Dispose();
        _stop.Dispose();
    }

    // Idempotent: what the client sends again is there once.
    private static IProducer<Null, byte[]> Build(string bootstrapServers) =>
        new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = bootstrapServers, EnableIdempotence = true, LingerMs = 5 }).Build();

    private static Message<Null, byte[]> Order(long id) => new()
    {
        Value = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"customer\":\"customer-{id % 10}\",\"amount\":12.5}}")),
    };

    private async Task RunAsync(string topic, int partitions, double perSecond)
    {
        using var timer = new PeriodicTimer(Tick);
        var startedAt = TimeProvider.System.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                for (var due = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds * perSecond; _produced < due; _produced++)
                {
                    _producer.Produce(new TopicPartition(topic, (int)(_produced % partitions)), Order(_produced), OnDelivered);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void OnDelivered(DeliveryReport<Null, byte[]> report)
    {
        if (report.Error.IsError)
        {
            _failures.Enqueue(report.Error.Reason);
        }
    }
}
