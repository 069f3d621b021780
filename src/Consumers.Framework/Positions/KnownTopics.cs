using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Consumers.Framework.Positions;

/// <summary>
/// What the consumer knows of its topics: how many partitions each had when the consumer first saw it, for as long as the consumer lives, and
/// the id that each has. A partition with a higher number was born later: nobody can have wanted to skip what it holds. Any thread: all
/// workers of a consumer share one.
/// </summary>
internal sealed class KnownTopics
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KnownId> _ids = new(StringComparer.Ordinal);

    /// <summary>The id of the topic under which a commit was last known to be accepted; empty when the id was not known.</summary>
    private readonly ConcurrentDictionary<TopicPartition, string> _committed = new();
    private volatile bool _allSeen;
    private volatile bool _idsAreAsked;
    private volatile bool _idsAreTold;

    /// <summary>Whether all topics of the cluster were seen once, so that one that was not among them is new.</summary>
    public bool AllSeen => _allSeen;

    /// <summary>Whether the cluster was asked for ids, with or without an answer.</summary>
    public bool IdsAreAsked
    {
        get => _idsAreAsked;
        set => _idsAreAsked = value;
    }

    /// <summary>Whether it has answered.</summary>
    public bool IdsAreTold
    {
        get => _idsAreTold;
        set => _idsAreTold = value;
    }

    /// <summary>The topics whose id was told.</summary>
    public IEnumerable<string> WithId => _ids.Keys;

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

    /// <summary>
    /// The cluster has told a topic's id. The one before the last is outdated for good: T1 asks and is told a; the topic is created again;
    /// T2 asks, is told b, and is the first to come here. Brokers that have not heard of it yet tell a as well.
    /// </summary>
    /// <returns>The id that the topic has, as far as the consumer knows.</returns>
    public string SeenId(string topic, string id, long now)
    {
        var known = _ids.AddOrUpdate(
            topic, new KnownId(id, Earlier: null, RecreatedAt: null),
            (_, known) => known.Id == id || known.Earlier == id ? known : new KnownId(id, known.Id, now));
        if (known.RecreatedAt is not null)
        {
            Gone(topic);
        }

        return known.Id;
    }

    /// <summary>The id that the topic had when it was last asked for; null before.</summary>
    public string? IdOf(string topic) => _ids.GetValueOrDefault(topic)?.Id;

    /// <summary>When it was noticed that the topic had been deleted and created again; null when it was not.</summary>
    public long? RecreatedAt(string topic) => _ids.GetValueOrDefault(topic)?.RecreatedAt;

    /// <summary>The consumer was stopped and begins again. Others may have consumed meanwhile what is new to it.</summary>
    public void ForgetIds()
    {
        _ids.Clear();
        _idsAreAsked = false;
        _idsAreTold = false;
    }

    /// <summary>The group has committed something there. When it has not any more, the topic was deleted, and the commits with it.</summary>
    /// <param name="topicPartition">The partition.</param>
    /// <param name="topicId">The id that the topic had; null when it is not known.</param>
    public void Committed(TopicPartition topicPartition, string? topicId) => _committed[topicPartition] = topicId ?? "";

    /// <summary>Whether the last commit that is known of was made under this id.</summary>
    public bool WasCommittedUnder(TopicPartition topicPartition, string topicId) => _committed.GetValueOrDefault(topicPartition) == topicId;

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

    private sealed record KnownId(string Id, string? Earlier, long? RecreatedAt);
}
