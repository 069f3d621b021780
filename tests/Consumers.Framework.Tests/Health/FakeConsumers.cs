using System.Collections;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Health;

/// <summary>A host's consumers and their settings, without an engine.</summary>
internal sealed class FakeConsumers : IKafkaConsumers, IConsumerSettingsSource, IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ConsumerSettings> _settings = [];
    private readonly Dictionary<string, ConsumerSnapshot> _snapshots = [];

    public int Count => _snapshots.Count;

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public IKafkaConsumer this[string name] => new FakeConsumer(_snapshots[name]);

    public void Add(string name, ConsumerSnapshot? snapshot, bool enabled = true)
    {
        _settings.Add(new ConsumerSettings
        {
            Name = name,
            SectionPath = $"Kafka:Consumers:{name}",
            Options = new KafkaConsumerOptions { Enabled = enabled },
            CommitInterval = TimeSpan.FromSeconds(1),
            WorkerClients = [],
            NonDefaults = [],
        });
        if (snapshot is not null)
        {
            _snapshots[name] = snapshot with { Name = name };
        }
    }

    public IReadOnlyList<ConsumerSettings> Load() => _settings;

    public void StopApplication() => _stopping.Cancel();

    public IEnumerator<IKafkaConsumer> GetEnumerator() => _snapshots.Keys.Select(name => this[name]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _stopping.Dispose();

    private sealed class FakeConsumer(ConsumerSnapshot snapshot) : IKafkaConsumer
    {
        public string Name => snapshot.Name;

        public ConsumerSnapshot GetSnapshot() => snapshot;

        public void Pause() => throw new NotSupportedException();

        public void Resume() => throw new NotSupportedException();

        public void Start() => throw new NotSupportedException();

        public Task StopAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task WaitForAssignmentAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task WaitForCatchUpAsync(TopicPartitionOffset record, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task WaitForCatchUpAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task WaitForCompletionAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
