namespace Consumers.Framework.Fleet.History;

/// <summary>A commit as the broker wrote it down.</summary>
/// <param name="WallMilliseconds">The broker's time, cut off to a millisecond.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The next offset.</param>
/// <param name="LeaderEpoch">The leader epoch of the last record; -1 for none.</param>
internal readonly record struct AcceptedCommit(long WallMilliseconds, int Partition, long Offset, int LeaderEpoch);
