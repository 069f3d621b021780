namespace Consumers.Framework.Configuration;

/// <summary>Which records are handled one after another, in offset order.</summary>
public enum RecordOrdering
{
    /// <summary>The records of one partition.</summary>
    Partition,

    /// <summary>The records of one key in one partition; records without a key are one key of their own.</summary>
    Key,

    /// <summary>No order is kept.</summary>
    None,
}
