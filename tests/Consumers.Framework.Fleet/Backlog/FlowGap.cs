namespace Consumers.Framework.Fleet.Backlog;

/// <summary>A time without a record of a partition, in one member.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">When its last record came.</param>
/// <param name="To">When the next one came.</param>
/// <param name="IsKept">Whether it stayed with one worker.</param>
internal sealed record FlowGap(int Partition, long From, long To, bool IsKept);
