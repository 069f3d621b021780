using Confluent.Kafka;

namespace Consumers.Framework.Leases;

/// <summary>The partitions of a log entry, written out only when somebody reads it, and not without end.</summary>
internal sealed class PartitionNames(IReadOnlyCollection<TopicPartition> partitions)
{
    private const int MostNamed = 50;

    public override string ToString() =>
        string.Join(", ", partitions.Take(MostNamed).Select(static partition => $"{partition.Topic}[{partition.Partition.Value}]"))
        + (partitions.Count > MostNamed ? $" and {partitions.Count - MostNamed} more" : "");
}
