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

    [LoggerMessage(EventIds.ConfigurationChanged, LogLevel.Warning,
        "Consumer {Consumer}: its configuration has changed, which takes effect at the next start of the process; until then it goes on with what it was started with. {Changes}",
        EventName = nameof(EventIds.ConfigurationChanged))]
    public static partial void ConfigurationChanged(ILogger logger, string consumer, string changes);

    [LoggerMessage(EventIds.ConfigurationRejected, LogLevel.Warning,
        "The configuration has changed and is wrong: the next start of the process would fail; until then all consumers go on with what they were started with. {Failures}",
        EventName = nameof(EventIds.ConfigurationRejected))]
    public static partial void ConfigurationRejected(ILogger logger, string failures, Exception? exception);

    [LoggerMessage(EventIds.ConfigurationRestored, LogLevel.Information, "Consumer {Consumer}: its configuration is again what it was started with",
        EventName = nameof(EventIds.ConfigurationRestored))]
    public static partial void ConfigurationRestored(ILogger logger, string consumer);
}
