using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>Partitions that a worker has given up in order.</summary>
public sealed class PartitionsRevokedContext : RebalanceContext
{
    /// <summary>Creates a context; the framework does it for each call, and a test of a listener may.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">The partitions.</param>
    /// <param name="committed">What is committed.</param>
    public PartitionsRevokedContext(string consumer, int worker, IReadOnlyList<TopicPartition> partitions, IReadOnlyList<TopicPartitionOffset> committed)
        : base(consumer, worker, partitions)
    {
        ArgumentNullException.ThrowIfNull(committed);
        Committed = committed;
    }

    /// <summary>
    /// The committed offset of each partition, as far as this worker knows, where its next owner starts. A partition without one is missing.
    /// </summary>
    public IReadOnlyList<TopicPartitionOffset> Committed { get; }
}
