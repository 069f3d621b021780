using Consumers.Framework.Diagnostics;

namespace Orders.Web.Status;

/// <summary>A worker on the status page.</summary>
internal sealed record WorkerStatus
{
    public required int Index { get; init; }

    public required WorkerState State { get; init; }

    public string? InstanceId { get; init; }

    public required double SincePollSeconds { get; init; }

    /// <summary>What is wrong, worst first; null when nothing is.</summary>
    public string? Trouble { get; init; }

    public required long Handled { get; init; }

    public required IReadOnlyList<PartitionStatus> Partitions { get; init; }

    public static WorkerStatus From(WorkerSnapshot worker) => new()
    {
        Index = worker.Index,
        State = worker.State,
        InstanceId = worker.GroupInstanceId,
        SincePollSeconds = worker.SincePoll.TotalSeconds,
        Trouble = worker.Failure ?? CommitTrouble(worker) ?? worker.ClientError,
        Handled = worker.Handled,
        Partitions = [.. worker.Partitions.Select(PartitionStatus.From)],
    };

    private static string? CommitTrouble(WorkerSnapshot worker) => worker.CommitsFailingFor is { } time
        ? $"Commits have been failing for {time.TotalSeconds:0} s: {worker.CommitError}"
        : null;
}
