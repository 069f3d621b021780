using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Dispatching;

internal static partial class Log
{
    [LoggerMessage(EventIds.StaleCompletion, LogLevel.Warning, "{Consumer}: the handler of {Topic}[{Partition}] offset {Offset} finished after the partition was taken away; it is not committed and its next owner may repeat it", EventName = nameof(EventIds.StaleCompletion))]
    public static partial void StaleCompletion(ILogger logger, string consumer, string topic, int partition, long offset);

    [LoggerMessage(EventIds.AbandonedAtFailure, LogLevel.Warning, "{Consumer}: {Topic}[{Partition}] offset {Offset} failed ({Reason}) while the partition is taken away; it is not tried again here and its next owner gets it", EventName = nameof(EventIds.AbandonedAtFailure))]
    public static partial void AbandonedAtFailure(ILogger logger, string consumer, string topic, int partition, long offset, string reason);

    [LoggerMessage(EventIds.LaneBroke, LogLevel.Critical, "{Consumer}: a fault of the framework, not of the handler, at {Topic}[{Partition}] offset {Offset} ({Reason}); the record is not committed if it was in hand; the worker gives its partitions up, and WhenWorkerFails decides whether it starts again", EventName = nameof(EventIds.LaneBroke))]
    public static partial void LaneBroke(ILogger logger, Exception exception, string consumer, string topic, int partition, long offset, string reason);

    [LoggerMessage(EventIds.CancellationCallbackFailed, LogLevel.Warning, "{Consumer}: a callback that was registered with the handler's token threw at {Topic}[{Partition}] offset {Offset} ({Reason}); the handler was asked to stop all the same", EventName = nameof(EventIds.CancellationCallbackFailed))]
    public static partial void CancellationCallbackFailed(ILogger logger, string consumer, string topic, int partition, long offset, string reason);
}
