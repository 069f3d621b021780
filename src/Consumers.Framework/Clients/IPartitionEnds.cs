using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>Where partitions end. Any thread.</summary>
internal interface IPartitionEnds
{
    /// <summary>
    /// The offset after the last record that a consumer may read now; under read_committed open transactions are behind it.
    /// </summary>
    /// <param name="settings">The consumer.</param>
    /// <param name="partitions">The partitions.</param>
    /// <exception cref="KafkaException">No answer came, or not for each of them.</exception>
    Task<IReadOnlyDictionary<TopicPartition, long>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<TopicPartition> partitions);
}
