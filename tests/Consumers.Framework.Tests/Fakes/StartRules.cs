using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Fakes;

internal static class StartRules
{
    /// <summary>Where partitions start, by brokers and a cluster that the test holds in its hands.</summary>
    /// <param name="scope">The worker.</param>
    /// <param name="brokers">What is committed.</param>
    /// <param name="cluster">The ids of topics; null for a cluster that does not tell.</param>
    /// <param name="topics">What is known of the topics; null for nothing.</param>
    public static StartPositions Create(WorkerScope scope, IOffsetLookup brokers, ITopicIds? cluster = null, KnownTopics? topics = null)
    {
        topics ??= new KnownTopics();
        return new StartPositions(scope, brokers, topics, new TopicIdLookup(scope.Settings, cluster ?? new FakeTopicIds(), topics, scope.Time));
    }

    /// <summary>A worker that nobody looks at.</summary>
    public static WorkerScope Scope(ConsumerSettings settings, TimeProvider time, ILogger logger, WorkerStatus? status = null) => new()
    {
        Settings = settings,
        Index = 0,
        Status = status ?? new WorkerStatus(time),
        Metrics = new ConsumerMetrics(null, settings.Name, settings.Options.GroupId, static () => throw new NotSupportedException()),
        Time = time,
        Logger = logger,
    };
}
