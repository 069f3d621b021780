namespace Consumers.Framework.Configuration;

/// <summary>
/// Where a partition goes on whose position is not there any more: retention has deleted it, or the log was cut or made anew. Each reset
/// is logged and counted, with what is skipped or repeated.
/// </summary>
public enum OutOfRangePolicy
{
    /// <summary>At the first record that the partition still holds. Nothing that is there is skipped.</summary>
    Earliest,

    /// <summary>After the last record; everything before it is skipped.</summary>
    Latest,

    /// <summary>Nowhere: the partition holds, and health names it.</summary>
    Fail,

    /// <summary>
    /// At the first record that is not older than the last one that was handled; at the first record at all when none was handled since
    /// the partition was assigned.
    /// </summary>
    NearestByTime,
}
