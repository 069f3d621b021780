using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>Produces numbered records, as <see cref="TestProducer"/> does, some two hundred a second until it is ended.</summary>
internal sealed class NumberStream : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task<int> _producing;

    public NumberStream(string bootstrapServers, string topic, int partitions)
    {
        _producer = TestProducer.Build(bootstrapServers);
        _producing = Task.Run(() => ProduceAsync(topic, partitions), TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it; returns how many records the broker has.</summary>
    public async Task<int> EndAsync()
    {
        await _end.CancelAsync();
        return await _producing;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _producer.Dispose();
        _end.Dispose();
    }

    private async Task<int> ProduceAsync(string topic, int partitions)
    {
        var number = 0;
        using var timer = new PeriodicTimer(Pause);
        while (!_end.IsCancellationRequested)
        {
            _producer.Produce(new TopicPartition(topic, number % partitions), TestProducer.Message(number));
            number++;
            await timer.WaitForNextTickAsync();
        }

        _producer.Flush(CancellationToken.None);
        return number;
    }
}
