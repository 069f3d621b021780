using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>What a source says of one record; the content as a hash.</summary>
internal readonly record struct ReadRecord(long Offset, int LeaderEpoch, int Size, RecordHash Content, Timestamp Timestamp);
