namespace Consumers.Framework.Diagnostics;

/// <summary>One consumer, as it was at one moment. Read from memory; the broker is not asked.</summary>
public sealed record ConsumerSnapshot
{
    /// <summary>The consumer's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its group; null when it consumes explicit partitions without one.</summary>
    public string? GroupId { get; init; }

    /// <summary>The pattern that it subscribes by; null when it names its topics.</summary>
    public string? TopicPattern { get; init; }

    /// <summary>Its topics; with a pattern those of the partitions that it owns.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Whether it is paused in code.</summary>
    public bool Paused { get; init; }

    /// <summary>Its workers.</summary>
    public required IReadOnlyList<WorkerSnapshot> Workers { get; init; }

    /// <summary>What it has given up since the host's start; null when it has skipped nothing.</summary>
    public SkippedRecords? Skipped { get; init; }

    /// <summary>Records whose outcome became final since the start.</summary>
    public long Handled => Workers.Sum(static worker => worker.Handled);

    /// <summary>The sum of the known lags of its partitions.</summary>
    public long Lag => Workers.Sum(static worker => worker.Partitions.Sum(static partition => partition.Lag ?? 0));
}
