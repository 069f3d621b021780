using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Positions;

internal static partial class Log
{
    [LoggerMessage(EventIds.CaughtUp, LogLevel.Information, "{Consumer}/{Worker}: caught up with its {Count} partitions ({Partitions}): each was at its end once since it was assigned, and everything up to there is handled", EventName = nameof(EventIds.CaughtUp))]
    public static partial void CaughtUp(ILogger logger, string consumer, int worker, int count, PartitionNames partitions);

    [LoggerMessage(EventIds.Idle, LogLevel.Information, "{Consumer}/{Worker}: idle for {IdleFor}: no record has come and none is in its handler", EventName = nameof(EventIds.Idle))]
    public static partial void Idle(ILogger logger, string consumer, int worker, TimeSpan idleFor);

    [LoggerMessage(EventIds.ReadPlanned, LogLevel.Information, "{Consumer}/{Worker}: reads {Count} explicit partitions ({Partitions}), from {From} until {Until}", EventName = nameof(EventIds.ReadPlanned))]
    public static partial void ReadPlanned(ILogger logger, string consumer, int worker, int count, PartitionNames partitions, string from, string until);

    [LoggerMessage(EventIds.NothingToRead, LogLevel.Information, "{Consumer}/{Worker}: {Topic}[{Partition}] begins at offset {Start} and ends before {End}: there is nothing to read of it", EventName = nameof(EventIds.NothingToRead))]
    public static partial void NothingToRead(ILogger logger, string consumer, int worker, string topic, int partition, long start, long end);

    [LoggerMessage(EventIds.ReadDeferred, LogLevel.Warning, "{Consumer}/{Worker}: nothing is read yet, because no broker has said {What}; they are asked again every {Delay}", EventName = nameof(EventIds.ReadDeferred))]
    public static partial void ReadDeferred(ILogger logger, string consumer, int worker, string what, TimeSpan delay);

    [LoggerMessage(EventIds.NoOffset, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] has no committed offset and AutoOffsetReset is None ({Reason}); it is not consumed until an offset is committed for the group and the consumer is started again", EventName = nameof(EventIds.NoOffset))]
    public static partial void NoOffset(ILogger logger, string consumer, int worker, string topic, int partition, string reason);

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

    [LoggerMessage(EventIds.NoTopicMatches, LogLevel.Warning, "{Consumer}/{Worker}: TopicPattern {Pattern} matches none of the {Topics} topics that this client may see; nothing is consumed until one matches, and the client goes on looking", EventName = nameof(EventIds.NoTopicMatches))]
    public static partial void NoTopicMatches(ILogger logger, string consumer, int worker, string pattern, int topics);

    [LoggerMessage(EventIds.TopicMissing, LogLevel.Warning, "{Consumer}/{Worker}: the topic {Topic} does not exist, or may not be seen; did you mean {Meant}? The client goes on looking for {Topic}", EventName = nameof(EventIds.TopicMissing))]
    public static partial void TopicMissing(ILogger logger, string consumer, int worker, string topic, string meant);
}
