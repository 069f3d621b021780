using Confluent.Kafka;

namespace Consumers.Framework.TestKit.Groups;

/// <summary>One commit as the broker wrote it into <c>__consumer_offsets</c>.</summary>
/// <param name="Group">The group.</param>
/// <param name="Partition">The partition that it is about.</param>
/// <param name="Offset">The committed offset; null where the broker removed it.</param>
/// <param name="LeaderEpoch">The leader epoch that came with it; -1 for none.</param>
/// <param name="Metadata">The metadata that came with it.</param>
/// <param name="Time">When the broker took it.</param>
public sealed record OffsetCommitRecord(
    string Group, TopicPartition Partition, long? Offset, int LeaderEpoch, string Metadata, DateTimeOffset Time);
