using Consumers.Framework.Diagnostics;

namespace Orders.Web.Status;

/// <summary>A partition on the status page.</summary>
internal sealed record PartitionStatus
{
    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required PartitionState State { get; init; }

    public long? Position { get; init; }

    public long? Committed { get; init; }

    public long? End { get; init; }

    public long? Lag { get; init; }

    public required int Buffered { get; init; }

    public required int InFlight { get; init; }

    public required double OldestInFlightSeconds { get; init; }

    public FailingRecord? Failing { get; init; }

    public static PartitionStatus From(PartitionSnapshot partition) => new()
    {
        Topic = partition.TopicPartition.Topic,
        Partition = partition.TopicPartition.Partition.Value,
        State = partition.State,
        Position = partition.Position,
        Committed = partition.Committed,
        End = partition.HighWatermark,
        Lag = partition.Lag,
        Buffered = partition.Buffered,
        InFlight = partition.InFlight,
        OldestInFlightSeconds = partition.OldestInFlightAge.TotalSeconds,
        Failing = partition.Failing,
    };
}
