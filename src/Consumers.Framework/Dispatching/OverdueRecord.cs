using Confluent.Kafka;

namespace Consumers.Framework.Dispatching;

/// <summary>A record whose handler takes too long, as it was at one moment.</summary>
internal sealed record OverdueRecord(TopicPartition TopicPartition, long Offset, int Attempt, TimeSpan Age, OverdueStage Stage);
