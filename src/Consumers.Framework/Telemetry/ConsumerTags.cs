using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;

namespace Consumers.Framework.Telemetry;

/// <summary>The tags of one consumer's measurements, made once per topic and partition. Any thread.</summary>
internal sealed class ConsumerTags
{
    private readonly KeyValuePair<string, object?>[] _consumer;
    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>[]> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TopicPartition, KeyValuePair<string, object?>[]> _partitions = new();
    private readonly Func<string, KeyValuePair<string, object?>[]> _addTopic;
    private readonly Func<TopicPartition, KeyValuePair<string, object?>[]> _addPartition;

    /// <summary>Tags for a consumer; <paramref name="own"/> are on each of them.</summary>
    public ConsumerTags(string consumer, string? group, params ReadOnlySpan<KeyValuePair<string, object?>> own)
    {
        var tags = new List<KeyValuePair<string, object?>> { new(TagNames.System, "kafka"), new(TagNames.Consumer, consumer) };
        if (group is not null)
        {
            tags.Add(new(TagNames.Group, group));
        }

        tags.AddRange(own);
        _consumer = [.. tags];
        _addTopic = topic => [.. _consumer, new(TagNames.Destination, topic)];
        _addPartition = partition =>
            [.. Topic(partition.Topic), new(TagNames.Partition, partition.Partition.Value.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>The tags of what belongs to no topic.</summary>
    public KeyValuePair<string, object?>[] Consumer => _consumer;

    /// <summary>The tags of a topic. Nobody writes into the array.</summary>
    public KeyValuePair<string, object?>[] Topic(string topic) => _topics.GetOrAdd(topic, _addTopic);

    /// <summary>The tags of a partition. Nobody writes into the array.</summary>
    public KeyValuePair<string, object?>[] Partition(TopicPartition partition) => _partitions.GetOrAdd(partition, _addPartition);

    /// <summary>Tags and one more, on the stack.</summary>
    public static TagList With(KeyValuePair<string, object?>[] tags, string name, string value) => new(tags) { { name, value } };
}
