using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.TestKit.Brokers;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.Fleet.Running;

/// <summary>Apache Kafka from <c>KAFKA_HOME</c>, one node of its own that writes a log of the commits it is asked for.</summary>
internal sealed class FleetBroker : IAsyncDisposable
{
    // Of every request that the broker has answered those with the key of OffsetCommit, with the answer: refused ones are seen nowhere else.
    private const string RequestLog = """
        appender.requests.type=File
        appender.requests.name=Requests
        appender.requests.fileName={0}
        appender.requests.layout.type=PatternLayout
        appender.requests.layout.pattern=%d{UNIX_MILLIS} %m%n
        appender.requests.filter.commits.type=RegexFilter
        appender.requests.filter.commits.regex=.*"requestApiKey":8,.*
        appender.requests.filter.commits.onMatch=ACCEPT
        appender.requests.filter.commits.onMismatch=DENY
        logger.requests.name=kafka.request.logger
        logger.requests.level=DEBUG
        logger.requests.additivity=false
        logger.requests.appenderRef.requests.ref=Requests
        """;

    private readonly KafkaNode _node;
    private readonly string _requestLog;

    private FleetBroker(KafkaNode node, string requestLog)
    {
        _node = node;
        _requestLog = requestLog;
    }

    public string BootstrapServers => _node.BootstrapServers;

    /// <param name="session">The session timeout of groups of the KIP-848 protocol.</param>
    /// <exception cref="InvalidOperationException">There is no Kafka, or it does not serve.</exception>
    public static async Task<FleetBroker> StartAsync(TimeSpan session)
    {
        if (await KafkaDistribution.FindReasonAgainstAsync() is { } reason)
        {
            throw new InvalidOperationException($"The fleet needs a real Kafka: {reason}");
        }

        var requestLog = Path.Combine(Path.GetTempPath(), $"fleet-requests-{Guid.NewGuid():N}.log");
        var node = await KafkaNode.CreateAsync(
            KafkaDistribution.Find(), $"group.consumer.session.timeout.ms={session.TotalMilliseconds:0}", RequestLog.Replace("{0}", requestLog, StringComparison.Ordinal));
        var broker = new FleetBroker(node, requestLog);
        try
        {
            await node.ServeAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public void Freeze() => _node.Signal(ProcessSignal.Stop);

    public void Thaw() => _node.Signal(ProcessSignal.Continue);

    public Task CreateTopicAsync(string topic, int partitions) => _node.CreateTopicAsync(topic, partitions);

    /// <summary>The lines of the request log about a group's commits.</summary>
    public IEnumerable<string> CommitRequests(string group)
    {
        var mark = $"\"groupId\":\"{group}\"";
        return File.ReadLines(_requestLog).Where(line => line.Contains(mark, StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        File.Delete(_requestLog);
    }
}
