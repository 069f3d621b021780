using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Dispatching;

internal static partial class Log
{
    [LoggerMessage(EventIds.StaleCompletion, LogLevel.Warning, "{Consumer}: the handler of {Topic}[{Partition}] offset {Offset} finished after the partition was taken away; it is not committed and its next owner may repeat it", EventName = nameof(EventIds.StaleCompletion))]
    public static partial void StaleCompletion(ILogger logger, string consumer, string topic, int partition, long offset);

    [LoggerMessage(EventIds.AbandonedAtFailure, LogLevel.Warning, "{Consumer}: {Topic}[{Partition}] offset {Offset} failed ({Reason}) while the partition is taken away; it is not tried again here and its next owner gets it", EventName = nameof(EventIds.AbandonedAtFailure))]
    public static partial void AbandonedAtFailure(ILogger logger, string consumer, string topic, int partition, long offset, string reason);

    [LoggerMessage(EventIds.HandlerOverdue, LogLevel.Warning, "{Consumer}/{Worker}: the handler of {Topic}[{Partition}] offset {Offset} (attempt {Attempt}) has been running for {Age} on {Thread}, longer than MaxHandlerDuration ({Limit}); its token is cancelled", EventName = nameof(EventIds.HandlerOverdue))]
    public static partial void HandlerOverdue(ILogger logger, string consumer, int worker, string topic, int partition, long offset, int attempt, TimeSpan age, string thread, TimeSpan limit);

    [LoggerMessage(EventIds.HandlerStuck, LogLevel.Error, "{Consumer}/{Worker}: the handler of {Topic}[{Partition}] offset {Offset} (attempt {Attempt}) has been running for {Age} on {Thread} and ignores that it was cancelled; WhenHandlerStuck is {Policy}", EventName = nameof(EventIds.HandlerStuck))]
    public static partial void HandlerStuck(ILogger logger, string consumer, int worker, string topic, int partition, long offset, int attempt, TimeSpan age, string thread, StuckHandlerPolicy policy);
}
