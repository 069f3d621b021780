using Testcontainers.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>Apache Kafka in a container, where a Docker daemon answers.</summary>
public sealed class TestcontainersBroker : KafkaBroker
{
    private const string Image = "apache/kafka:4.1.1";

    private KafkaContainer? _container;

    /// <inheritdoc/>
    public override string Name => "Testcontainers";

    /// <inheritdoc/>
    public override BrokerCapabilities Capabilities =>
        BrokerCapabilities.Transactions | BrokerCapabilities.StaticMembership | BrokerCapabilities.EagerCommitInRevoke
        | BrokerCapabilities.AdminApi | BrokerCapabilities.ConsumerProtocol | BrokerCapabilities.TimeLookup
        | BrokerCapabilities.OffsetsTopic | BrokerCapabilities.LargeData;

    /// <inheritdoc/>
    protected override Task<string?> FindReasonAgainstAsync() => DockerDaemon.FindReasonAgainstAsync();

    /// <inheritdoc/>
    protected override async Task<string> StartAsync()
    {
        _container = new KafkaBuilder(Image)
            .WithEnvironment("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .WithEnvironment("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "500")
            .WithEnvironment("KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS", "100")
            .WithEnvironment("KAFKA_GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS", "500")
            .WithEnvironment("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .Build();
        await _container.StartAsync();
        return _container.GetBootstrapAddress();
    }

    /// <inheritdoc/>
    protected override ValueTask StopAsync() => _container?.DisposeAsync() ?? ValueTask.CompletedTask;
}
