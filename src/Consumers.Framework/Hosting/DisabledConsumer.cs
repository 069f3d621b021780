using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>A consumer that configuration has switched off: it has no workers and needs nothing of what its handlers need. Any thread.</summary>
internal sealed class DisabledConsumer(ConsumerSettings settings) : IKafkaConsumer
{
    public string Name => settings.Name;

    public ConsumerSnapshot GetSnapshot() => IdleSnapshot.Of(settings);

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public void Start() => throw new InvalidOperationException($"Consumer '{Name}' is not enabled; set its option Enabled to true and start the host again.");

    public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task WaitForAssignmentAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task WaitForCatchUpAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task WaitForCatchUpAsync(TopicPartitionOffset record, CancellationToken cancellationToken = default) =>
        Task.FromException(new InvalidOperationException($"Consumer '{Name}' is not enabled, so it handles no record."));

    public Task WaitForCompletionAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
