using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>
/// The partitions that a worker takes without a group's say: where each begins and ends, and how far it has got. It lives from the worker's
/// start to its end, so that a client that takes the place of one that failed goes on where that one was, and ends where that one would
/// have. The worker's poll thread only.
/// </summary>
/// <param name="all">The partitions.</param>
/// <param name="isBounded">Whether they end.</param>
internal sealed class ExplicitPartitions(IReadOnlyList<TopicPartition> all, bool isBounded)
{
    private readonly Dictionary<TopicPartition, ReadRange> _ranges = [];

    public IReadOnlyList<TopicPartition> All => all;

    public bool IsBounded => isBounded;

    /// <summary>What is left to read; null while nobody has found out.</summary>
    public ReadRange? RangeOf(TopicPartition topicPartition) => _ranges.TryGetValue(topicPartition, out var range) ? range : null;

    public void Plan(TopicPartition topicPartition, ReadRange range) => _ranges[topicPartition] = range;

    /// <summary>The lease is closed. Whoever comes after it begins behind what it has committed, or handled where nothing is committed.</summary>
    public void Left(PartitionLease lease)
    {
        if (lease.ResumeOffset is { } next && _ranges.TryGetValue(lease.TopicPartition, out var range))
        {
            _ranges[lease.TopicPartition] = range with { Start = next };
        }
    }
}
