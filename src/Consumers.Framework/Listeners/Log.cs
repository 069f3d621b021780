using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Listeners;

internal static partial class Log
{
    [LoggerMessage(EventIds.ListenerGivenUp, LogLevel.Warning, "{Consumer}/{Worker}: {Listener}.{Method} has not returned after {Age}; its token is cancelled and the worker goes on without it", EventName = nameof(EventIds.ListenerGivenUp))]
    public static partial void ListenerGivenUp(ILogger logger, string consumer, int worker, string listener, string method, TimeSpan age);

    [LoggerMessage(EventIds.ListenerSkipped, LogLevel.Warning, "{Consumer}/{Worker}: {Method} is not called, because it could not begin within its time: {Obstacle}", EventName = nameof(EventIds.ListenerSkipped))]
    public static partial void ListenerSkipped(ILogger logger, string consumer, int worker, string method, string obstacle);

    [LoggerMessage(EventIds.ListenerFailed, LogLevel.Error, "{Consumer}/{Worker}: {Listener}.{Method} failed; the worker goes on as if it had returned", EventName = nameof(EventIds.ListenerFailed))]
    public static partial void ListenerFailed(ILogger logger, Exception exception, string consumer, int worker, string listener, string method);

    [LoggerMessage(EventIds.ListenerReturned, LogLevel.Information, "{Consumer}/{Worker}: {Listener}.{Method}, which was given up, has returned after {Age}; listeners are called again", EventName = nameof(EventIds.ListenerReturned))]
    public static partial void ListenerReturned(ILogger logger, string consumer, int worker, string listener, string method, TimeSpan age);

    [LoggerMessage(EventIds.StartsRequested, LogLevel.Information, "{Consumer}/{Worker}: {Count} partitions start where a listener says ({Starts})", EventName = nameof(EventIds.StartsRequested))]
    public static partial void StartsRequested(ILogger logger, string consumer, int worker, int count, StartNames starts);
}
