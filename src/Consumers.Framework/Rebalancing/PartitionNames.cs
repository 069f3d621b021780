namespace Consumers.Framework.Rebalancing;

/// <summary>The partitions of a log entry, written out only when somebody reads it, and not without end.</summary>
internal sealed class PartitionNames(IReadOnlyList<PartitionLease> leases)
{
    private const int MostNamed = 50;

    public override string ToString() =>
        string.Join(", ", leases.Take(MostNamed).Select(static lease => $"{lease.TopicPartition.Topic}[{lease.TopicPartition.Partition.Value}]"))
        + (leases.Count > MostNamed ? $" and {leases.Count - MostNamed} more" : "");
}
