using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>The worker that a call of an <see cref="IKafkaProgressListener"/> is about.</summary>
public sealed class ProgressContext
{
    /// <summary>Creates a context; the framework does it for each call, and a test of a listener may.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">The partitions that it owns.</param>
    /// <param name="idleFor">For how long nothing has come.</param>
    public ProgressContext(string consumer, int worker, IReadOnlyList<TopicPartition> partitions, TimeSpan idleFor)
    {
        ArgumentException.ThrowIfNullOrEmpty(consumer);
        ArgumentNullException.ThrowIfNull(partitions);
        Consumer = consumer;
        Worker = worker;
        Partitions = partitions;
        IdleFor = idleFor;
    }

    /// <summary>The name of the consumer.</summary>
    public string Consumer { get; }

    /// <summary>The worker's index, from 0.</summary>
    public int Worker { get; }

    /// <summary>The partitions that the worker owned at that moment; never empty.</summary>
    public IReadOnlyList<TopicPartition> Partitions { get; }

    /// <summary>For how long no record had come and none had been in its handler.</summary>
    public TimeSpan IdleFor { get; }
}
