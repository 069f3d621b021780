using Confluent.Kafka;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Committing;

/// <summary>What a committer is given. Immutable.</summary>
internal sealed record CommitterEnvironment
{
    public required string Consumer { get; init; }

    public required int Worker { get; init; }

    public required string ThreadName { get; init; }

    /// <summary>The least time between two commits that nobody waits for.</summary>
    public required TimeSpan Interval { get; init; }

    public required DrainSignal Drained { get; init; }

    /// <summary>Told when an answer says that the partitions are not ours any more (lost or fenced). Called by the committer's thread.</summary>
    public required Action<CommitVerdict, Error> MembershipEnded { get; init; }

    public required ConsumerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }
}
