using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>The partitions that a call of an <see cref="IKafkaRebalanceListener"/> is about.</summary>
public class RebalanceContext
{
    /// <summary>Creates a context; the framework does it for each call, and a test of a listener may.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">The partitions.</param>
    public RebalanceContext(string consumer, int worker, IReadOnlyList<TopicPartition> partitions)
    {
        ArgumentException.ThrowIfNullOrEmpty(consumer);
        ArgumentNullException.ThrowIfNull(partitions);
        Consumer = consumer;
        Worker = worker;
        Partitions = partitions;
    }

    /// <summary>The name of the consumer.</summary>
    public string Consumer { get; }

    /// <summary>The worker that owns the partitions, from 0: each is a member of the group of its own.</summary>
    public int Worker { get; }

    /// <summary>The partitions; never empty. Under the incremental protocols those that change hands, not all that the worker owns.</summary>
    public IReadOnlyList<TopicPartition> Partitions { get; }
}
