using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.Fleet.Running;

/// <summary>Apache Kafka from <c>KAFKA_HOME</c>, one node of its own that writes a log of the commits it is asked for.</summary>
internal sealed class FleetBroker : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(20);

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
            node.Run();
            await broker.WaitUntilReadyAsync();
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

    public async Task CreateTopicAsync(string topic, int partitions)
    {
        using var admin = BuildAdmin();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
            new CreateTopicsOptions { RequestTimeout = AdminTimeout, OperationTimeout = AdminTimeout });
    }

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

    public IAdminClient BuildAdmin() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers, ReconnectBackoffMaxMs = 200 }).SetLogHandler(static (_, _) => { }).Build();

    // The port opens before the broker serves: an answer to a metadata request is what counts.
    private async Task WaitUntilReadyAsync()
    {
        using var admin = BuildAdmin();
        using var limit = new CancellationTokenSource(ReadyTimeout);
        while (true)
        {
            try
            {
                if (admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Count > 0)
                {
                    return;
                }
            }
            catch (KafkaException) when (_node.IsRunning && !limit.IsCancellationRequested)
            {
                // Not yet.
            }
            catch (KafkaException exception)
            {
                throw new InvalidOperationException($"Kafka does not serve:\n{_node.ReadLogTail()}", exception);
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }
}
