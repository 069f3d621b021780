using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>Where an assigned partition starts.</summary>
/// <param name="TopicPartition">The partition.</param>
/// <param name="Offset">The offset, or <see cref="Offset.Beginning"/> or <see cref="Offset.End"/>; <see cref="Offset.Unset"/> when only the client can find out.</param>
/// <param name="IsCommitted">Whether that is what the group has committed.</param>
/// <param name="TopicId">The id that the topic had before that was found out; null when it is not known.</param>
internal readonly record struct PartitionStart(TopicPartition TopicPartition, Offset Offset, bool IsCommitted = false, string? TopicId = null);
