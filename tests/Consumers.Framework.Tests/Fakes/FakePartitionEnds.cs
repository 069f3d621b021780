using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A cluster where the partitions of a topic end where the test says, at 0 by default.</summary>
internal sealed class FakePartitionEnds : IPartitionEnds
{
    private readonly ConcurrentDictionary<TopicPartition, long> _ends = new();
    private int _asked;

    /// <summary>Why no answer comes; null gives one.</summary>
    public KafkaException? Failure { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Where a partition of "orders" ends.</summary>
    public long this[int partition]
    {
        set => _ends[new TopicPartition("orders", partition)] = value;
    }

    public Task<IReadOnlyDictionary<TopicPartition, long>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<TopicPartition> partitions)
    {
        Interlocked.Increment(ref _asked);
        return Failure is { } failure
            ? Task.FromException<IReadOnlyDictionary<TopicPartition, long>>(failure)
            : Task.FromResult<IReadOnlyDictionary<TopicPartition, long>>(partitions.ToDictionary(static partition => partition, partition => _ends.GetValueOrDefault(partition)));
    }
}
