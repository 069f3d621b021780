using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Dispatching;

internal static partial class Log
{
    [LoggerMessage(EventIds.StaleCompletion, LogLevel.Warning, "{Consumer}: the handler of {Topic}[{Partition}] offset {Offset} finished after the partition was taken away; it is not committed and its next owner may repeat it", EventName = nameof(EventIds.StaleCompletion))]
    public static partial void StaleCompletion(ILogger logger, string consumer, string topic, int partition, long offset);

    [LoggerMessage(EventIds.AbandonedAtFailure, LogLevel.Warning, "{Consumer}: {Topic}[{Partition}] offset {Offset} failed ({Reason}) while the partition is taken away; it is not tried again here and its next owner gets it", EventName = nameof(EventIds.AbandonedAtFailure))]
    public static partial void AbandonedAtFailure(ILogger logger, string consumer, string topic, int partition, long offset, string reason);
}
