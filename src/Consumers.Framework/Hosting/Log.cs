using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Hosting;

internal static partial class Log
{
    [LoggerMessage(EventIds.ConsumerStarted, LogLevel.Information, "{Consumer}: started with {Workers} workers", EventName = nameof(EventIds.ConsumerStarted))]
    public static partial void ConsumerStarted(ILogger logger, string consumer, int workers);

    [LoggerMessage(EventIds.ConsumerStopped, LogLevel.Information, "{Consumer}: stopped", EventName = nameof(EventIds.ConsumerStopped))]
    public static partial void ConsumerStopped(ILogger logger, string consumer);

    [LoggerMessage(EventIds.DisposalWaits, LogLevel.Information, "The host is disposed of while consumers run ({Consumers}); they drain, commit and leave their groups first, within {Timeout}", EventName = nameof(EventIds.DisposalWaits))]
    public static partial void DisposalWaits(ILogger logger, string consumers, TimeSpan timeout);

    [LoggerMessage(EventIds.ConsumerCompleted, LogLevel.Information, "{Consumer}: everything until {Until} is handled; the consumer has stopped by itself", EventName = nameof(EventIds.ConsumerCompleted))]
    public static partial void ConsumerCompleted(ILogger logger, string consumer, string until);

    [LoggerMessage(EventIds.CompletionStopsHost, LogLevel.Information, "Every consumer whose UntilReached is StopHost is done ({Consumers}); the host stops", EventName = nameof(EventIds.CompletionStopsHost))]
    public static partial void CompletionStopsHost(ILogger logger, string consumers);

    [LoggerMessage(EventIds.WorkerFailed, LogLevel.Error, "{Consumer}/{Worker}: the worker failed; it starts again with a new client in {Delay}", EventName = nameof(EventIds.WorkerFailed))]
    public static partial void WorkerFailed(ILogger logger, Exception exception, string consumer, int worker, TimeSpan delay);

    [LoggerMessage(EventIds.WorkerStopsHost, LogLevel.Critical, "{Consumer}/{Worker}: the worker failed and the host stops (WhenWorkerFails is StopHost)", EventName = nameof(EventIds.WorkerStopsHost))]
    public static partial void WorkerStopsHost(ILogger logger, Exception exception, string consumer, int worker);

    [LoggerMessage(EventIds.WorkerAbandoned, LogLevel.Error, "{Consumer}/{Worker}: the worker has not ended within its budget of {Budget}, or its client has not closed within CloseTimeout; its threads are left behind and the client is not closed; the group learns by the session timeout that this member is gone", EventName = nameof(EventIds.WorkerAbandoned))]
    public static partial void WorkerAbandoned(ILogger logger, string consumer, int worker, TimeSpan budget);

    [LoggerMessage(EventIds.SurplusWorkers, LogLevel.Information, "{Consumer}: {Surplus} of {Workers} workers have no partition, because the group {Group} has more members than {Topics} has partitions for; this process owns {Owned} ({Partitions}). They stand by, and take over when a member leaves", EventName = nameof(EventIds.SurplusWorkers))]
    public static partial void SurplusWorkers(ILogger logger, string consumer, int surplus, int workers, string? group, string topics, int owned, PartitionNames partitions);

    [LoggerMessage(EventIds.WorkerFailedAtStop, LogLevel.Error, "{Consumer}/{Worker}: the worker failed while it stopped; records may be repeated", EventName = nameof(EventIds.WorkerFailedAtStop))]
    public static partial void WorkerFailedAtStop(ILogger logger, Exception exception, string consumer, int worker);

    [LoggerMessage(EventIds.WorkerReplaced, LogLevel.Error, "{Consumer}/{Worker}: {Reason}; the worker has given its partitions up and starts again with a new client and a new handler thread in {Delay}", EventName = nameof(EventIds.WorkerReplaced))]
    public static partial void WorkerReplaced(ILogger logger, string consumer, int worker, string reason, TimeSpan delay);
}
