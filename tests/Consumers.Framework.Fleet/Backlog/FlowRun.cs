namespace Consumers.Framework.Fleet.Backlog;

/// <summary>Records of a partition that followed one another, in one member.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">The first offset.</param>
/// <param name="Next">The offset after the last.</param>
/// <param name="FirstAt">When the first came.</param>
/// <param name="LastAt">When the last came.</param>
internal sealed record FlowRun(int Partition, long First, long Next, long FirstAt, long LastAt);
