using Consumers.Framework.Rebalancing;

namespace Consumers.Framework.Committing;

/// <summary>What to commit for one lease: the next offset to read, and the leader epoch of the last record below it.</summary>
internal readonly record struct CommitPoint(PartitionLease Lease, long NextOffset, int LeaderEpoch);
