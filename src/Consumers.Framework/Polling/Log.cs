using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

internal static partial class Log
{
    [LoggerMessage(EventId = EventIds.Client, Message = "{Consumer}/{Worker}: {Facility}: {Text}{Others}", EventName = nameof(EventIds.Client))]
    public static partial void Client(ILogger logger, LogLevel level, string consumer, int worker, string facility, string text, string others);

    [LoggerMessage(EventIds.ConnectionFailed, LogLevel.Warning, "{Consumer}/{Worker}: no connection to the cluster ({Code}: {Reason}); the client goes on trying", EventName = nameof(EventIds.ConnectionFailed))]
    public static partial void ConnectionFailed(ILogger logger, string consumer, int worker, ErrorCode code, string reason);

    [LoggerMessage(EventIds.SubscriptionFailed, LogLevel.Warning, "{Consumer}/{Worker}: {Topic} cannot be consumed ({Code}: {Reason}); the client goes on trying", EventName = nameof(EventIds.SubscriptionFailed))]
    public static partial void SubscriptionFailed(ILogger logger, string consumer, int worker, string topic, ErrorCode code, string reason);

    [LoggerMessage(EventIds.MixedGroup, LogLevel.Error, "{Consumer}/{Worker}: the group {Group} has members that do not use {Assignor}, and the broker refuses a member that has no assignor in common with them ({Reason}); nothing is consumed here until they have left, and the client goes on trying. The assignor of a group is changed by stopping all of its old members before the new ones start, or, from Range or RoundRobin, by way of GroupProtocol Consumer without a pause", EventName = nameof(EventIds.MixedGroup))]
    public static partial void MixedGroup(ILogger logger, string consumer, int worker, string? group, PartitionAssignor assignor, string reason);

    [LoggerMessage(EventIds.ReadPlanned, LogLevel.Information, "{Consumer}/{Worker}: reads {Count} explicit partitions ({Partitions}), from {From} until {Until}", EventName = nameof(EventIds.ReadPlanned))]
    public static partial void ReadPlanned(ILogger logger, string consumer, int worker, int count, PartitionNames partitions, string from, string until);

    [LoggerMessage(EventIds.NothingToRead, LogLevel.Information, "{Consumer}/{Worker}: {Topic}[{Partition}] begins at offset {Start} and ends before {End}: there is nothing to read of it", EventName = nameof(EventIds.NothingToRead))]
    public static partial void NothingToRead(ILogger logger, string consumer, int worker, string topic, int partition, long start, long end);

    [LoggerMessage(EventIds.ReadDeferred, LogLevel.Warning, "{Consumer}/{Worker}: nothing is read yet, because no broker has said {What}; they are asked again every {Delay}", EventName = nameof(EventIds.ReadDeferred))]
    public static partial void ReadDeferred(ILogger logger, string consumer, int worker, string what, TimeSpan delay);

    [LoggerMessage(EventIds.NoOffset, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] has no committed offset and AutoOffsetReset is None ({Reason}); it is not consumed until an offset is committed for the group and the consumer is started again", EventName = nameof(EventIds.NoOffset))]
    public static partial void NoOffset(ILogger logger, string consumer, int worker, string topic, int partition, string reason);

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

    [LoggerMessage(EventIds.ClientLeaked, LogLevel.Error, "{Consumer}/{Worker}: {Records} records are still in handlers that do not return; the client has left its group and its memory is kept until the process ends, because freeing it under them would be a crash", EventName = nameof(EventIds.ClientLeaked))]
    public static partial void ClientLeaked(ILogger logger, string consumer, int worker, long records);

    [LoggerMessage(EventIds.PollsManaged, LogLevel.Warning, "{Consumer}: this build of the client has no native batch poll ({Missing}); records are read one by one, which is slower", EventName = nameof(EventIds.PollsManaged))]
    public static partial void PollsManaged(ILogger logger, string consumer, string missing);

    [LoggerMessage(EventIds.WentAstray, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] was sent on to offset {Sought} and the client answers from offset {Offset}; it is sent there once more, and nothing is handled or committed meanwhile", EventName = nameof(EventIds.WentAstray))]
    public static partial void WentAstray(ILogger logger, string consumer, int worker, string topic, int partition, long sought, long offset);

    [LoggerMessage(EventIds.PositionReset, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] cannot go on with offset {From} and goes on with {To} ({Policy}: {Reason}); {Skipped} offsets are skipped, {Replayed} below the old position are handled again", EventName = nameof(EventIds.PositionReset))]
    public static partial void PositionReset(ILogger logger, string consumer, int worker, string topic, int partition, long from, long to, string policy, string reason, long skipped, long replayed);

    [LoggerMessage(EventIds.OutOfRange, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] cannot go on with offset {Offset} and OutOfRange is Fail ({Reason}); it is not consumed until another offset is committed for the group and the consumer is started again", EventName = nameof(EventIds.OutOfRange))]
    public static partial void OutOfRange(ILogger logger, string consumer, int worker, string topic, int partition, long offset, string reason);

    [LoggerMessage(EventIds.ResetVetoed, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] cannot go on with offset {From} ({Reason}), and the reset to {To} is vetoed: {Veto}; it is not consumed until another offset is committed for the group and the consumer is started again", EventName = nameof(EventIds.ResetVetoed))]
    public static partial void ResetVetoed(ILogger logger, string consumer, int worker, string topic, int partition, long from, long to, string reason, string veto);

    [LoggerMessage(EventIds.ResetDeferred, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] has no place to go on, and no broker says where one is; it is asked again every {Delay}", EventName = nameof(EventIds.ResetDeferred))]
    public static partial void ResetDeferred(ILogger logger, string consumer, int worker, string topic, int partition, TimeSpan delay);

    [LoggerMessage(EventIds.Silent, LogLevel.Warning, "{Consumer}/{Worker}: the client was told to go on with {Topic}[{Partition}] at offset {Offset}, and has brought no record, no end and no error for {Silence}; it is started there once more", EventName = nameof(EventIds.Silent))]
    public static partial void Silent(ILogger logger, string consumer, int worker, string topic, int partition, long offset, TimeSpan silence);

    [LoggerMessage(EventIds.SentBack, LogLevel.Warning, "{Consumer}/{Worker}: the client has lost its way in {Topic}[{Partition}] ({Offset}: {Reason}); it is sent back to offset {Position}, and nothing is skipped", EventName = nameof(EventIds.SentBack))]
    public static partial void SentBack(ILogger logger, string consumer, int worker, string topic, int partition, Offset offset, long position, string reason);

    [LoggerMessage(EventIds.StartsWithoutCommit, LogLevel.Information, "{Consumer}/{Worker}: {Count} partitions have no committed offset and start at their {Place} ({Partitions}; AutoOffsetReset is {Reset})", EventName = nameof(EventIds.StartsWithoutCommit))]
    public static partial void StartsWithoutCommit(ILogger logger, string consumer, int worker, int count, PartitionNames partitions, string place, OffsetReset reset);

    [LoggerMessage(EventIds.CommitOfDeletedTopic, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] starts at its beginning: the topic was deleted and created again, and the committed offset {Offset} may be of the one that is gone", EventName = nameof(EventIds.CommitOfDeletedTopic))]
    public static partial void CommitOfDeletedTopic(ILogger logger, string consumer, int worker, string topic, int partition, long offset);

    [LoggerMessage(EventIds.TopicsSeen, LogLevel.Debug, "{Consumer}/{Worker}: {Topics} topics with {Partitions} partitions are there; what is added from now on starts at its beginning", EventName = nameof(EventIds.TopicsSeen))]
    public static partial void TopicsSeen(ILogger logger, string consumer, int worker, int topics, int partitions);

    [LoggerMessage(EventIds.CommittedUnknown, LogLevel.Warning, "{Consumer}/{Worker}: the committed offsets of {Count} partitions were not told within {Timeout}; the client asks for them until they are", EventName = nameof(EventIds.CommittedUnknown))]
    public static partial void CommittedUnknown(ILogger logger, string consumer, int worker, int count, TimeSpan timeout);

    [LoggerMessage(EventIds.TopicIdsUnavailable, LogLevel.Debug, "{Consumer}: the cluster does not tell the ids of topics ({Reason}); whether one is deleted and created again is not noticed until it does", EventName = nameof(EventIds.TopicIdsUnavailable))]
    public static partial void TopicIdsUnavailable(ILogger logger, string consumer, string reason);

    [LoggerMessage(EventIds.Unreadable, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] cannot be read at offset {Offset} ({Code}: {Reason}); the partition is held there, and Failures:WhenExhausted {Policy} decides about it", EventName = nameof(EventIds.Unreadable))]
    public static partial void Unreadable(ILogger logger, string consumer, int worker, string topic, int partition, long offset, ErrorCode code, string reason, ExhaustedPolicy policy);

    [LoggerMessage(EventIds.TokenFailed, LogLevel.Warning, "{Client}: no token for SASL/OAUTHBEARER (attempt {Attempt}); connections that are open stay open, new ones wait for it, and the callback is called again in {Delay}", EventName = nameof(EventIds.TokenFailed))]
    public static partial void TokenFailed(ILogger logger, Exception exception, string client, int attempt, TimeSpan delay);

    [LoggerMessage(EventIds.TokenRecovered, LogLevel.Information, "{Client}: there is a token for SASL/OAUTHBEARER again, after {Attempts} attempts that failed", EventName = nameof(EventIds.TokenRecovered))]
    public static partial void TokenRecovered(ILogger logger, string client, int attempts);

    [LoggerMessage(EventIds.TokenLate, LogLevel.Warning, "{Client}: the callback of UseOAuthBearerToken has brought no token for {Age}; connections wait for it, and after {Limit} it counts as failed and is called again", EventName = nameof(EventIds.TokenLate))]
    public static partial void TokenLate(ILogger logger, string client, TimeSpan age, TimeSpan limit);

    [LoggerMessage(EventIds.NoTopicMatches, LogLevel.Warning, "{Consumer}/{Worker}: TopicPattern {Pattern} matches none of the {Topics} topics that this client may see; nothing is consumed until one matches, and the client goes on looking", EventName = nameof(EventIds.NoTopicMatches))]
    public static partial void NoTopicMatches(ILogger logger, string consumer, int worker, string pattern, int topics);

    [LoggerMessage(EventIds.TopicMissing, LogLevel.Warning, "{Consumer}/{Worker}: the topic {Topic} does not exist, or may not be seen; did you mean {Meant}? The client goes on looking for {Topic}", EventName = nameof(EventIds.TopicMissing))]
    public static partial void TopicMissing(ILogger logger, string consumer, int worker, string topic, string meant);
}
