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
    private readonly ConcurrentDictionary<TopicPartition, bool> _committed = new();
    private volatile bool _allSeen;

    /// <summary>Whether all topics of the cluster were seen once, so that one that was not among them is new.</summary>
    public bool AllSeen => _allSeen;

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

        _allSeen |= all;
    }

    /// <summary>The group has committed something there. When it has not any more, the topic was deleted, and the commits with it.</summary>
    public void Committed(TopicPartition topicPartition) => _committed.TryAdd(topicPartition, true);

    /// <summary>The topic is not there any more: whatever comes under its name is new.</summary>
    public void Gone(string topic) => _counts[topic] = 0;

    /// <summary>Whether a partition that has no commit is younger than the consumer's first look at its topic.</summary>
    public bool WasBornLater(TopicPartition topicPartition)
    {
        // Before the counts, which are complete when it says so. The other way round: no count; another worker sees all topics; all seen.
        var allSeen = _allSeen;
        return _committed.ContainsKey(topicPartition)
            || (_counts.TryGetValue(topicPartition.Topic, out var count) ? topicPartition.Partition.Value >= count : allSeen);
    }
}
