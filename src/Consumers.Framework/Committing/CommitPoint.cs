namespace Consumers.Framework.Committing;

/// <summary>What to commit for one partition: the next offset to read, and the leader epoch of the last record below it.</summary>
internal readonly record struct CommitPoint(ICommitSource Source, long NextOffset, int LeaderEpoch);
