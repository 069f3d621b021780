using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>Partitions that a worker has given up in order.</summary>
public sealed class PartitionsRevokedContext : RebalanceContext
{
    /// <summary>Creates a context; the framework does it for each call, and a test of a listener may.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="committed">What the broker has acknowledged.</param>
    public PartitionsRevokedContext(string consumer, int worker, IReadOnlyList<TopicPartition> partitions, IReadOnlyList<TopicPartitionOffset> committed)
        : base(consumer, worker, partitions)
    {
        ArgumentNullException.ThrowIfNull(committed);
        Committed = committed;
    }

    /// <summary>
    /// The last offset of each partition that the broker acknowledged to this worker, where its next owner starts. A partition of which
    /// nothing was committed meanwhile is missing.
    /// </summary>
    public IReadOnlyList<TopicPartitionOffset> Committed { get; }
}
