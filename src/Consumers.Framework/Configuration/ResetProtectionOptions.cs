namespace Consumers.Framework.Configuration;

/// <summary>
/// Which resets are too surprising to be carried out by themselves. One that is vetoed leaves the partition where it is, as
/// <see cref="OutOfRangePolicy.Fail"/> does. Configuration path: <c>Kafka:Consumers:{name}:ResetProtection</c>.
/// </summary>
public sealed class ResetProtectionOptions
{
    /// <summary>The most offsets of a partition that a reset may bring a second time.</summary>
    /// <value>Default: none. Range: 0 or more. Unit: offsets, which in a compacted topic are more than records.</value>
    public long? MaxRecords { get; set; }

    /// <summary>How old a record may be that a reset brings a second time, by its timestamp.</summary>
    /// <value>Default: none. Range: 1 s to 3,650 days.</value>
    public TimeSpan? MaxAge { get; set; }
}
