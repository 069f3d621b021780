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

    // What shows of settings at the cluster only. Polling writes these.
    [LoggerMessage(EventIds.TokenFailed, LogLevel.Warning, "{Client}: no token for SASL/OAUTHBEARER (attempt {Attempt}); connections that are open stay open, new ones wait for it, and the callback is called again in {Delay}", EventName = nameof(EventIds.TokenFailed))]
    public static partial void TokenFailed(ILogger logger, Exception exception, string client, int attempt, TimeSpan delay);

    [LoggerMessage(EventIds.TokenRecovered, LogLevel.Information, "{Client}: there is a token for SASL/OAUTHBEARER again, after {Attempts} attempts that failed", EventName = nameof(EventIds.TokenRecovered))]
    public static partial void TokenRecovered(ILogger logger, string client, int attempts);

    [LoggerMessage(EventIds.NoTopicMatches, LogLevel.Warning, "{Consumer}/{Worker}: TopicPattern {Pattern} matches none of the {Topics} topics that this client may see; nothing is consumed until one matches, and the client goes on looking", EventName = nameof(EventIds.NoTopicMatches))]
    public static partial void NoTopicMatches(ILogger logger, string consumer, int worker, string pattern, int topics);

    [LoggerMessage(EventIds.TopicMissing, LogLevel.Warning, "{Consumer}/{Worker}: the topic {Topic} does not exist, or may not be seen; did you mean {Meant}? The client goes on looking for {Topic}", EventName = nameof(EventIds.TopicMissing))]
    public static partial void TopicMissing(ILogger logger, string consumer, int worker, string topic, string meant);
}
