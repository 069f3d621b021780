using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Records;

namespace Consumers.Framework.Leases;

/// <summary>What every lease of one worker shares. Immutable.</summary>
internal sealed record LeaseEnvironment
{
    public required WorkerScope Scope { get; init; }

    public required RecordReader Reader { get; init; }

    public required LaneEnvironment Lanes { get; init; }

    /// <summary>Shared by all workers of the consumer.</summary>
    public required PartitionHolders Holders { get; init; }

    /// <summary>The worker's explicit partitions; null for a subscription.</summary>
    public ExplicitPartitions? Explicit { get; init; }

    public required DrainSignal Drained { get; init; }

    /// <summary>Set when a lease that was full has space again.</summary>
    public required AutoResetEvent SpaceFreed { get; init; }

    /// <summary>Ends the poll that waits. Called under a lease's lock.</summary>
    public required Action WakePoll { get; init; }

    /// <summary>Tells the committer that a partition has something to commit, or (true) that somebody waits for it.</summary>
    public required Action<ICommitSource, bool> SignalCommit { get; init; }
}
