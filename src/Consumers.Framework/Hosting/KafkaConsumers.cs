using System.Collections;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Hosting;

/// <summary>The consumers of the host, made from the settings on first use. Any thread.</summary>
internal sealed class KafkaConsumers(IConsumerSettingsSource settings, ConsumerFactory factory, ConsumersStop stop) : IKafkaConsumers
{
    private readonly Lazy<IReadOnlyList<IKafkaConsumer>> _consumers = new(() =>
    {
        List<IKafkaConsumer> made = [.. settings.Load().Select(factory.Create)];
        stop.Made([.. made.OfType<KafkaConsumer>()]);
        return made;
    });

    public int Count => _consumers.Value.Count;

    /// <summary>Those that are enabled.</summary>
    public IReadOnlyList<KafkaConsumer> Enabled => [.. _consumers.Value.OfType<KafkaConsumer>()];

    public IKafkaConsumer this[string name] => _consumers.Value.FirstOrDefault(consumer => consumer.Name == name)
        ?? throw new KeyNotFoundException($"No consumer is named '{name}'; there are {string.Join(", ", _consumers.Value.Select(static consumer => $"'{consumer.Name}'"))}.");

    public IEnumerator<IKafkaConsumer> GetEnumerator() => _consumers.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
