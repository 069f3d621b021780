namespace Consumers.Framework.Configuration;

/// <summary>Where a partition starts that has no committed offset.</summary>
public enum OffsetReset
{
    /// <summary>At the first record that the partition still holds.</summary>
    Earliest,

    /// <summary>After the last record; what was produced before is not seen.</summary>
    Latest,

    /// <summary>Nowhere: the partition does not start, and health says so.</summary>
    None,
}
