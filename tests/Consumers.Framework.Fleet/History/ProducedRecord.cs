namespace Consumers.Framework.Fleet.History;

/// <summary>A record of the topic, as the broker has it.</summary>
internal readonly record struct ProducedRecord(int Partition, long Offset, string Key, long Number, long WallMilliseconds);
