using Confluent.Kafka;

namespace Consumers.Framework.Clients;

/// <summary>
/// What the brokers know of offsets and partitions. Each call waits for an answer, within its timeout and no longer, and throws nothing.
/// Poll thread only.
/// </summary>
internal interface IOffsetLookup
{
    /// <summary>What the group has committed; <see cref="Offset.Unset"/> where it has committed nothing.</summary>
    /// <returns>Without the partitions that no answer came for.</returns>
    IReadOnlyDictionary<TopicPartition, Offset> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout);

    /// <summary>The first offset that the partition holds, and the one after its last; null when no answer came.</summary>
    WatermarkOffsets? Range(TopicPartition topicPartition, TimeSpan timeout);

    /// <summary>
    /// The offset of the first record that is not older; <see cref="Offset.End"/> when all are. Null when no answer came.
    /// </summary>
    Offset? AtTime(TopicPartition topicPartition, Timestamp time, TimeSpan timeout);

    /// <summary>How many partitions topics have; 0 for a topic that does not exist.</summary>
    /// <param name="topics">The topics; null for all of the cluster.</param>
    /// <param name="timeout">For all of them together.</param>
    /// <returns>Without the topics that no answer came for; null when none came at all.</returns>
    IReadOnlyDictionary<string, int>? PartitionCounts(IReadOnlyCollection<string>? topics, TimeSpan timeout);

    /// <summary>How many members a group has; null when no answer came, or the brokers do not tell.</summary>
    int? MemberCount(string group, TimeSpan timeout);
}
