using Confluent.Kafka;

namespace Consumers.Framework.Dispatching;

/// <summary>A record that its lane does nothing with, although nothing keeps it from doing so.</summary>
/// <param name="TopicPartition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Age">For how long that has been so.</param>
/// <param name="Reason">What the lane should do and does not.</param>
internal sealed record StandingRecord(TopicPartition TopicPartition, long Offset, TimeSpan Age, string Reason);
