namespace Consumers.Framework.Fleet.Cells;

/// <summary>Who spreads the partitions: an assignor of the classic protocol, or one of the broker under KIP-848.</summary>
internal enum FleetAssignor
{
    /// <summary>Classic, incremental.</summary>
    CooperativeSticky,

    /// <summary>Classic, eager.</summary>
    Range,

    /// <summary>Classic, eager.</summary>
    RoundRobin,

    /// <summary>KIP-848, the broker's default assignor.</summary>
    Uniform848,

    /// <summary>KIP-848, the broker's range assignor.</summary>
    Range848,
}
