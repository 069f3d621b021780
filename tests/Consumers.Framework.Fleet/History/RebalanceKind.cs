namespace Consumers.Framework.Fleet.History;

/// <summary>What a rebalance callback was about.</summary>
internal enum RebalanceKind
{
    /// <summary>Partitions came.</summary>
    Assigned,

    /// <summary>Partitions went in order.</summary>
    Revoked,

    /// <summary>Partitions are somebody else's already.</summary>
    Lost,
}
