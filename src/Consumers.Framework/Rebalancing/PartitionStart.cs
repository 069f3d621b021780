using Confluent.Kafka;

namespace Consumers.Framework.Rebalancing;

/// <summary>Where an assigned partition starts.</summary>
/// <param name="TopicPartition">The partition.</param>
/// <param name="Offset">The offset, or <see cref="Offset.Beginning"/> or <see cref="Offset.End"/>; <see cref="Offset.Unset"/> when only the client can find out.</param>
/// <param name="IsCommitted">Whether that is what the group has committed.</param>
internal readonly record struct PartitionStart(TopicPartition TopicPartition, Offset Offset, bool IsCommitted = false);
