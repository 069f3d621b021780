using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.Fleet.Running;

/// <summary>
/// Produces records numbered 0, 1, 2, ... at a steady rate until it is stopped. A record's key is drawn from the seed, and the key decides the partition.
/// </summary>
internal sealed class NumberedProducer : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(60);

    private readonly IProducer<string, byte[]> _producer;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _running;
    private long _produced;

    private NumberedProducer(string bootstrapServers, string topic, RunSettings settings)
    {
        // Idempotent: what the client sends again is there once.
        var config = new ProducerConfig { BootstrapServers = bootstrapServers, EnableIdempotence = true, LingerMs = 5 };
        _producer = new ProducerBuilder<string, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
        _running = RunAsync(topic, settings);
    }

    public static NumberedProducer Start(string bootstrapServers, string topic, RunSettings settings) => new(bootstrapServers, topic, settings);

    /// <summary>Ends when every record is acknowledged by the broker.</summary>
    /// <returns>How many records the topic has.</returns>
    /// <exception cref="InvalidOperationException">The broker did not take all of them.</exception>
    public async Task<long> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return _producer.Flush(FlushTimeout) == 0 && _failures.IsEmpty
            ? _produced
            : throw new InvalidOperationException($"Not all records were produced: {string.Join(", ", _failures.Take(3))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _producer.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(string topic, RunSettings settings)
    {
        var random = new Random(settings.Seed);
        using var timer = new PeriodicTimer(Tick);
        var startedAt = TimeProvider.System.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                for (var due = TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds * settings.Rate; _produced < due; _produced++)
                {
                    var key = random.Next(settings.Keys);
                    _producer.Produce(
                        new TopicPartition(topic, key % settings.Partitions),
                        new Message<string, byte[]>
                        {
                            Key = string.Create(CultureInfo.InvariantCulture, $"k{key}"),
                            Value = Encoding.ASCII.GetBytes(_produced.ToString(CultureInfo.InvariantCulture)),
                        },
                        OnDelivered);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void OnDelivered(DeliveryReport<string, byte[]> report)
    {
        if (report.Error.IsError)
        {
            _failures.Enqueue(report.Error.Reason);
        }
    }
}
