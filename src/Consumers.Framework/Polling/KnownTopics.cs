using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Consumers.Framework.Polling;

/// <summary>
/// How many partitions each topic had when the consumer first saw it, for as long as the consumer lives. A partition with a higher number
/// was born later: nobody can have wanted to skip what it holds. Any thread: all workers of a consumer share one.
/// </summary>
internal sealed class KnownTopics
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Whether all topics of the cluster were seen once, so that one that was not among them is new.</summary>
    public bool AllSeen { get; private set; }

    public bool IsKnown(string topic) => AllSeen || _counts.ContainsKey(topic);

    /// <summary>
    /// The least count is the oldest. Two workers look at a topic at once: T1 asks and is told 1; the topic is given a second partition;
    /// T2 asks and is told 2, and is the first to come here. Whoever comes last, 1 is what the consumer has begun with.
    /// </summary>
    public void Seen(IReadOnlyDictionary<string, int> counts, bool all)
    {
        foreach (var (topic, count) in counts)
        {
            _counts.AddOrUpdate(topic, count, (_, known) => Math.Min(known, count));
        }

        AllSeen |= all;
    }

    /// <summary>The topic is not there any more: whatever comes under its name is new.</summary>
    public void Gone(string topic)
    {
        if (_counts.ContainsKey(topic))
        {
            _counts[topic] = 0;
        }
    }

    public bool WasBornLater(TopicPartition topicPartition) =>
        _counts.TryGetValue(topicPartition.Topic, out var count) ? topicPartition.Partition.Value >= count : AllSeen;
}
