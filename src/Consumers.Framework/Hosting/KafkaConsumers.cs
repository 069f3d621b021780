using System.Collections;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>The consumers of the host, made from the settings on first use.</summary>
internal sealed class KafkaConsumers : IKafkaConsumers
{
    private readonly Lazy<IReadOnlyList<KafkaConsumer>> _consumers;

    public KafkaConsumers(IConsumerSettingsSource settings, ConsumerFactory factory) =>
        _consumers = new Lazy<IReadOnlyList<KafkaConsumer>>(() => [.. settings.Load().Select(factory.Create)]);

    public int Count => _consumers.Value.Count;

    public IReadOnlyList<KafkaConsumer> All => _consumers.Value;

    public IKafkaConsumer this[string name] => All.FirstOrDefault(consumer => consumer.Name == name)
        ?? throw new KeyNotFoundException($"No consumer is named '{name}'; there are {string.Join(", ", All.Select(static consumer => $"'{consumer.Name}'"))}.");

    public IEnumerator<IKafkaConsumer> GetEnumerator() => All.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
