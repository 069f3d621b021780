using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Leases;

internal static partial class Log
{
    [LoggerMessage(EventIds.Rebalanced, LogLevel.Information, "{Consumer}/{Worker}: {Count} partitions {Kind} ({Partitions}); owns {Owned} now; took {Duration}; {Protocol} protocol", EventName = nameof(EventIds.Rebalanced))]
    public static partial void Rebalanced(ILogger logger, string consumer, int worker, string kind, int count, PartitionNames partitions, int owned, TimeSpan duration, GroupProtocol protocol);

    [LoggerMessage(EventIds.DrainTimedOut, LogLevel.Warning, "{Consumer}/{Worker}: the drain of {Topic}[{Partition}] ran out of time with {InFlight} records in flight; offset {Offset} has been in its handler for {Age}; it is cancelled, not committed, and its next owner may repeat it", EventName = nameof(EventIds.DrainTimedOut))]
    public static partial void DrainTimedOut(ILogger logger, string consumer, int worker, string topic, int partition, long offset, TimeSpan age, int inFlight);

    [LoggerMessage(EventIds.FinalCommitGivenUp, LogLevel.Error, "{Consumer}/{Worker}: the final commit of {Topic}[{Partition}] did not succeed within {Timeout} ({Reason}); it is given up and the next owner repeats what it did not cover", EventName = nameof(EventIds.FinalCommitGivenUp))]
    public static partial void FinalCommitGivenUp(ILogger logger, string consumer, int worker, string topic, int partition, TimeSpan timeout, string reason);

    [LoggerMessage(EventIds.WaitsForHandler, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] came back while the handler of offset {Offset} from its earlier assignment is still running, for {Age}; nothing of the partition starts before it returns", EventName = nameof(EventIds.WaitsForHandler))]
    public static partial void WaitsForHandler(ILogger logger, string consumer, int worker, string topic, int partition, long offset, TimeSpan age);

    [LoggerMessage(EventIds.PartitionWentBack, LogLevel.Warning, "{Consumer}/{Worker}: {Topic}[{Partition}] went back from offset {Position} to {Offset}: the topic was made anew; it is consumed from there", EventName = nameof(EventIds.PartitionWentBack))]
    public static partial void WentBack(ILogger logger, string consumer, int worker, string topic, int partition, long position, long offset);

    [LoggerMessage(EventIds.LaneStands, LogLevel.Error, "{Consumer}/{Worker}: {Topic}[{Partition}] has stood at offset {Offset} for {Age}: {Reason}; health reports it until it moves or the partition is assigned anew; restart the process if it stays so", EventName = nameof(EventIds.LaneStands))]
    public static partial void LaneStands(ILogger logger, string consumer, int worker, string topic, int partition, long offset, TimeSpan age, string reason);

    [LoggerMessage(EventIds.HandlerOverdue, LogLevel.Warning, "{Consumer}/{Worker}: the handler of {Topic}[{Partition}] offset {Offset} (attempt {Attempt}) has been running for {Age} on {Thread}, longer than MaxHandlerDuration ({Limit}); its token is cancelled", EventName = nameof(EventIds.HandlerOverdue))]
    public static partial void HandlerOverdue(ILogger logger, string consumer, int worker, string topic, int partition, long offset, int attempt, TimeSpan age, string thread, TimeSpan limit);

    [LoggerMessage(EventIds.HandlerStuck, LogLevel.Error, "{Consumer}/{Worker}: the handler of {Topic}[{Partition}] offset {Offset} (attempt {Attempt}) has been running for {Age} on {Thread} and ignores that it was cancelled; WhenHandlerStuck is {Policy}", EventName = nameof(EventIds.HandlerStuck))]
    public static partial void HandlerStuck(ILogger logger, string consumer, int worker, string topic, int partition, long offset, int attempt, TimeSpan age, string thread, StuckHandlerPolicy policy);
}
