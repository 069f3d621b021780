namespace Consumers.Framework.Fleet.Backlog;

/// <summary>Where a member is in a partition.</summary>
/// <param name="Next">The offset after its last record.</param>
/// <param name="LastAt">When that came.</param>
internal sealed record PartitionLook(long Next, long LastAt);
