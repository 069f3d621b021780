using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

internal static partial class Log
{
    [LoggerMessage(EventIds.ConnectionFailed, LogLevel.Warning, "{Consumer}/{Worker}: no connection to the cluster ({Code}: {Reason}); the client goes on trying", EventName = nameof(EventIds.ConnectionFailed))]
    public static partial void ConnectionFailed(ILogger logger, string consumer, int worker, ErrorCode code, string reason);

    [LoggerMessage(EventIds.SubscriptionFailed, LogLevel.Warning, "{Consumer}/{Worker}: {Topic} cannot be consumed ({Code}: {Reason}); the client goes on trying", EventName = nameof(EventIds.SubscriptionFailed))]
    public static partial void SubscriptionFailed(ILogger logger, string consumer, int worker, string topic, ErrorCode code, string reason);

    [LoggerMessage(EventIds.MixedGroup, LogLevel.Error, "{Consumer}/{Worker}: the group {Group} has members that do not use {Assignor}, and the broker refuses a member that has no assignor in common with them ({Reason}); nothing is consumed here until they have left, and the client goes on trying. The assignor of a group is changed by stopping all of its old members before the new ones start, or, from Range or RoundRobin, by way of GroupProtocol Consumer without a pause", EventName = nameof(EventIds.MixedGroup))]
    public static partial void MixedGroup(ILogger logger, string consumer, int worker, string? group, PartitionAssignor assignor, string reason);

    [LoggerMessage(EventIds.PausedByBackPressure, LogLevel.Debug, "{Consumer}/{Worker}: {Topic}[{Partition}] is not fetched until its handlers have caught up", EventName = nameof(EventIds.PausedByBackPressure))]
    public static partial void PausedByBackPressure(ILogger logger, string consumer, int worker, string topic, int partition);

    [LoggerMessage(EventIds.ResumedFromBackPressure, LogLevel.Debug, "{Consumer}/{Worker}: {Topic}[{Partition}] is fetched again from offset {Offset}", EventName = nameof(EventIds.ResumedFromBackPressure))]
    public static partial void ResumedFromBackPressure(ILogger logger, string consumer, int worker, string topic, int partition, long offset);

    [LoggerMessage(EventIds.ClientAbandoned, LogLevel.Error, "{Consumer}/{Worker}: the client is given up without being closed, because a commit that was sent {Age} ago is not answered; the group learns by the session timeout that this member is gone", EventName = nameof(EventIds.ClientAbandoned))]
    public static partial void ClientAbandoned(ILogger logger, string consumer, int worker, TimeSpan age);

    [LoggerMessage(EventIds.CloseFailed, LogLevel.Warning, "{Consumer}/{Worker}: the client did not close cleanly; the group learns by the session timeout that this member is gone", EventName = nameof(EventIds.CloseFailed))]
    public static partial void CloseFailed(ILogger logger, Exception exception, string consumer, int worker);

    [LoggerMessage(EventIds.MembershipEnded, LogLevel.Warning, "{Consumer}/{Worker}: a commit was refused ({Code}: {Reason}), so its partitions are somebody else's ({Verdict}); nothing of them is committed any more and what is in flight is cancelled", EventName = nameof(EventIds.MembershipEnded))]
    public static partial void MembershipEnded(ILogger logger, string consumer, int worker, ErrorCode code, string reason, CommitVerdict verdict);

    [LoggerMessage(EventIds.Rejoined, LogLevel.Warning, "{Consumer}/{Worker}: the group had put this member out in the middle of a rebalance and has taken it in again; the {Count} partitions that it was left with ({Partitions}) start again at what is committed", EventName = nameof(EventIds.Rejoined))]
    public static partial void Rejoined(ILogger logger, string consumer, int worker, int count, PartitionNames partitions);

    [LoggerMessage(EventIds.OrphanRecords, LogLevel.Debug, "{Consumer}/{Worker}: {Count} records of partitions that are not ours any more came from the client; they are given back unhandled and their next owner gets them", EventName = nameof(EventIds.OrphanRecords))]
    public static partial void Orphans(ILogger logger, string consumer, int worker, int count);

    [LoggerMessage(EventIds.WentAstray, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] was sent on to offset {Sought} and the client answers from offset {Offset}; it is sent there once more, and nothing is handled or committed meanwhile", EventName = nameof(EventIds.WentAstray))]
    public static partial void WentAstray(ILogger logger, string consumer, int worker, string topic, int partition, long sought, long offset);

    [LoggerMessage(EventIds.Unreadable, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] cannot be read at offset {Offset} ({Code}: {Reason}); the partition is held there, and Failures:WhenExhausted {Policy} decides about it", EventName = nameof(EventIds.Unreadable))]
    public static partial void Unreadable(ILogger logger, string consumer, int worker, string topic, int partition, long offset, ErrorCode code, string reason, ExhaustedPolicy policy);
}
