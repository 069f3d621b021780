using Confluent.Kafka;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Committing;

internal static partial class Log
{
    [LoggerMessage(EventIds.CommitFailed, LogLevel.Warning, "{Consumer}/{Worker}: the commit of {Topic}[{Partition}] offset {NextOffset} ({Count} partitions in all) failed with {Code}: {Reason}; it stays pending and is sent again until it succeeds or the partition goes", EventName = nameof(EventIds.CommitFailed))]
    public static partial void CommitFailed(ILogger logger, string consumer, int worker, string topic, int partition, long nextOffset, int count, ErrorCode code, string reason);

    [LoggerMessage(EventIds.CommitsRecovered, LogLevel.Information, "{Consumer}/{Worker}: commits succeed again after {FailedFor}", EventName = nameof(EventIds.CommitsRecovered))]
    public static partial void CommitsRecovered(ILogger logger, string consumer, int worker, TimeSpan failedFor);

    [LoggerMessage(EventIds.CommitDeferred, LogLevel.Debug, "{Consumer}/{Worker}: a rebalance deferred the commit of {Count} partitions ({Code}); it is sent again while they are ours", EventName = nameof(EventIds.CommitDeferred))]
    public static partial void CommitDeferred(ILogger logger, string consumer, int worker, int count, ErrorCode code);
}
