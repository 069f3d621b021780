using System.Collections;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>The consumers of the host, made from the settings on first use. Any thread.</summary>
internal sealed class KafkaConsumers(IConsumerSettingsSource settings, ConsumerFactory factory) : IKafkaConsumers
{
    private readonly Lazy<IReadOnlyList<IKafkaConsumer>> _consumers = new(() => [.. settings.Load().Select(factory.Create)]);

    public int Count => _consumers.Value.Count;

    /// <summary>Those that are enabled.</summary>
    public IReadOnlyList<KafkaConsumer> Enabled => [.. _consumers.Value.OfType<KafkaConsumer>()];

    public IKafkaConsumer this[string name] => _consumers.Value.FirstOrDefault(consumer => consumer.Name == name)
        ?? throw new KeyNotFoundException($"No consumer is named '{name}'; there are {string.Join(", ", _consumers.Value.Select(static consumer => $"'{consumer.Name}'"))}.");

    public IEnumerator<IKafkaConsumer> GetEnumerator() => _consumers.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
