namespace Consumers.Framework.Configuration;

/// <summary>How the classic group protocol spreads partitions over members. Every member of a group must use the same kind.</summary>
public enum PartitionAssignor
{
    /// <summary>Balanced; partitions that stay with their owner go on during a rebalance. Kafka's <c>CooperativeStickyAssignor</c>.</summary>
    CooperativeSticky,

    /// <summary>Eager; equal partition numbers of several topics go to the same member. Kafka's <c>RangeAssignor</c>.</summary>
    Range,

    /// <summary>Eager; partitions are dealt out one by one. Kafka's <c>RoundRobinAssignor</c>.</summary>
    RoundRobin,
}
