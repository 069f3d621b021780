namespace Consumers.Framework.Configuration;

/// <summary>What a <see cref="ReadBound"/> names.</summary>
internal enum ReadBoundKind
{
    /// <summary>What the group has committed; without a commit what <c>AutoOffsetReset</c> says.</summary>
    Committed,

    /// <summary>The first record that the partition holds.</summary>
    Earliest,

    /// <summary>Behind the last record, where the read begins.</summary>
    Latest,

    /// <summary>Behind the last record that is there when the read begins.</summary>
    End,

    /// <summary>An offset.</summary>
    Offset,

    /// <summary>The first record that is not older.</summary>
    Time,
}
