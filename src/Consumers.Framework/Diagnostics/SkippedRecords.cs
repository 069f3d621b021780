using Confluent.Kafka;

namespace Consumers.Framework.Diagnostics;

/// <summary>
/// The records of a consumer that failed for good and were given up (<c>WhenExhausted</c> is Skip): they are committed and were not handled.
/// </summary>
public sealed record SkippedRecords
{
    /// <summary>How many there are since the host's start.</summary>
    public required long Total { get; init; }

    /// <summary>How many there are in the series that goes on: it ends when none is skipped for <c>Health:SkippedFor</c>. 0 when it has ended.</summary>
    public required long Recent { get; init; }

    /// <summary>How long ago that series began; zero when it has ended.</summary>
    public required TimeSpan RecentFor { get; init; }

    /// <summary>The last one.</summary>
    public required TopicPartitionOffset Last { get; init; }

    /// <summary>Why the last one was given up, without payload.</summary>
    public required string LastReason { get; init; }

    /// <summary>How long ago that was.</summary>
    public required TimeSpan LastAge { get; init; }
}
