namespace Consumers.Framework.Diagnostics;

/// <summary>One worker, as it was at one moment.</summary>
public sealed record WorkerSnapshot
{
    /// <summary>Its index in the consumer, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>What it is doing.</summary>
    public required WorkerState State { get; init; }

    /// <summary>Its static instance id; null for a dynamic member.</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary>How long ago its poll thread last came round.</summary>
    public TimeSpan SincePoll { get; init; }

    /// <summary>Why it is restarting, fenced or failed; else null.</summary>
    public string? Failure { get; init; }

    /// <summary>The last error that the client reported and that has not been followed by a record or an assignment; else null.</summary>
    public string? ClientError { get; init; }

    /// <summary>For how long commits have been failing; null when they do not.</summary>
    public TimeSpan? CommitsFailingFor { get; init; }

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public string? CommitError { get; init; }

    /// <summary>Records whose outcome became final since the start.</summary>
    public long Handled { get; init; }

    /// <summary>Its partitions, in order of topic and number.</summary>
    public required IReadOnlyList<PartitionSnapshot> Partitions { get; init; }
}
