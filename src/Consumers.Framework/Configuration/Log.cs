using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Configuration;

/// <summary>The log entries of this stage.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.ConsumerConfigured, LogLevel.Information,
        "Consumer {Consumer}: group {Group}, topics {Topics}, {Workers} worker(s), commit strategy {Strategy}. Not default: {Settings}",
        EventName = nameof(EventIds.ConsumerConfigured))]
    public static partial void ConsumerConfigured(
        ILogger logger, string consumer, string group, string topics, int workers, CommitStrategy strategy, string settings);

    [LoggerMessage(EventIds.ConsumerDisabled, LogLevel.Information, "Consumer {Consumer} is not enabled and does not start", EventName = nameof(EventIds.ConsumerDisabled))]
    public static partial void ConsumerDisabled(ILogger logger, string consumer);

    [LoggerMessage(EventIds.ConfigurationWarning, LogLevel.Warning, "Consumer {Consumer}: {Warning}", EventName = nameof(EventIds.ConfigurationWarning))]
    public static partial void ConfigurationWarning(ILogger logger, string consumer, string warning);
}
