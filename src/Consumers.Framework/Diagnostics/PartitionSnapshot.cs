using Confluent.Kafka;

namespace Consumers.Framework.Diagnostics;

/// <summary>One partition of a worker, as it was at one moment.</summary>
public sealed record PartitionSnapshot
{
    /// <summary>The partition.</summary>
    public required TopicPartition TopicPartition { get; init; }

    /// <summary>What it is doing.</summary>
    public required PartitionState State { get; init; }

    /// <summary>The offset after the last record that was received; null before the first.</summary>
    public long? Position { get; init; }

    /// <summary>The committed offset: the one that the partition started at, or what a broker has acknowledged since; null when neither is.</summary>
    public long? Committed { get; init; }

    /// <summary>The offset after the last record of the partition, as the last fetch told it; null before that.</summary>
    public long? HighWatermark { get; init; }

    /// <summary>
    /// Records that are not handled yet: high watermark minus the offset up to which everything is handled. Null while one of the two is unknown.
    /// </summary>
    public long? Lag { get; init; }

    /// <summary>Records in their handler.</summary>
    public int InFlight { get; init; }

    /// <summary>Records waiting in memory for their handler.</summary>
    public int Buffered { get; init; }

    /// <summary>The record that has been in its handler for longest; null when none is.</summary>
    public long? OldestInFlightOffset { get; init; }

    /// <summary>How long that record has been in its handler.</summary>
    public TimeSpan OldestInFlightAge { get; init; }

    /// <summary>For how long that handler has gone on although <c>MaxHandlerDuration</c> has cancelled it; null when it has not.</summary>
    public TimeSpan? OldestInFlightCancelledFor { get; init; }

    /// <summary>The record that failed and at which the partition stands; null when it does not.</summary>
    public FailingRecord? Failing { get; init; }

    /// <summary>The offset at which a partition stands that is out of range, or <see cref="PartitionState.Stalled"/>; else null.</summary>
    public long? HeldAt { get; init; }

    /// <summary>Why the partition is in the state <see cref="PartitionState.NoOffset"/>, <see cref="PartitionState.OutOfRange"/>, <see cref="PartitionState.ResetVetoed"/> or <see cref="PartitionState.Stalled"/>; else null.</summary>
    public string? HeldBecause { get; init; }
}
