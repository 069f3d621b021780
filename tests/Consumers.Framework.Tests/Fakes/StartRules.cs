using Consumers.Framework.Configuration;
using Consumers.Framework.Polling;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Fakes;

internal static class StartRules
{
    /// <summary>Where partitions start, by brokers and a cluster that the test holds in its hands.</summary>
    /// <param name="settings">The consumer.</param>
    /// <param name="brokers">What is committed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="cluster">The ids of topics; null for a cluster that does not tell.</param>
    /// <param name="topics">What is known of the topics; null for nothing.</param>
    public static StartPositions Create(
        ConsumerSettings settings, IOffsetLookup brokers, TimeProvider time, ILogger logger, ITopicIds? cluster = null, KnownTopics? topics = null)
    {
        topics ??= new KnownTopics();
        var metrics = new ConsumerMetrics(null, settings.Name, settings.Options.GroupId, static () => throw new NotSupportedException());
        return new StartPositions(settings, 0, brokers, topics, new TopicIdLookup(settings, cluster ?? new FakeTopicIds(), topics, time), metrics, time, logger);
    }
}
