namespace Consumers.Framework.Fleet.Backlog;

/// <summary>The first words of what a member of a backlog run writes.</summary>
internal static class MemberLine
{
    /// <summary>It is about to join. Time.</summary>
    public const string Joining = "joining";

    /// <summary>The first record of a run. Partition, offset, time.</summary>
    public const string Begin = "begin";

    /// <summary>A run of records is over. Partition, first offset, offset after the last, times of both.</summary>
    public const string Run = "run";

    /// <summary>A time without a record. Partition, the times of the records before and after, whether one thread has handled both.</summary>
    public const string Gap = "gap";

    /// <summary>Answer to a look. Partition, next offset, time of the last record.</summary>
    public const string Last = "last";

    /// <summary>End of the answer to a look. Time.</summary>
    public const string Looked = "looked";

    /// <summary>It has left its group, and all its runs are told.</summary>
    public const string Ended = "ended";

    public const string Kept = "kept";

    public const string Moved = "moved";
}
