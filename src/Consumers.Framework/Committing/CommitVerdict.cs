using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>What an answer means for the lease.</summary>
internal enum CommitVerdict
{
    /// <summary>Committed.</summary>
    Acknowledged,

    /// <summary>A rebalance is under way: the commit is sent again while the lease is open.</summary>
    Deferred,

    /// <summary>It failed for another reason and is sent again after a pause.</summary>
    Failed,

    /// <summary>The group does not know this member any more: its partitions are somebody else's.</summary>
    Lost,

    /// <summary>Another member with the same instance id took over, or the client failed for good. No callback says so.</summary>
    Fenced,
}
