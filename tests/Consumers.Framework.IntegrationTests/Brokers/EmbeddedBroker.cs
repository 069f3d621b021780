using Consumers.Framework.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>The embedded broker, in a process of its own so that a crash of the native code fails one test and not the run.</summary>
public sealed class EmbeddedBroker : KafkaBroker
{
    private EmbeddedKafka? _cluster;

    /// <inheritdoc/>
    public override string Name => "EmbeddedKafka";

    /// <inheritdoc/>
    public override BrokerCapabilities Capabilities => BrokerCapabilities.ConsumerProtocol;

    /// <summary>The cluster, for tests that look at the wire. Faults belong to clusters of a test's own: this one is shared.</summary>
    public EmbeddedKafka Cluster => _cluster ?? throw new InvalidOperationException("The embedded broker is not started.");

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string?> SettingsFor(GroupProtocol protocol, params string[] consumers) =>
        Cluster.SettingsFor(protocol, consumers);

    /// <inheritdoc/>
    public override Task CreateTopicAsync(string topic, int partitions = 1)
    {
        Cluster.CreateTopic(topic, partitions);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<string?> FindReasonAgainstAsync() => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    protected override Task<string> StartAsync()
    {
        _cluster = EmbeddedKafka.Start(new EmbeddedKafkaOptions
        {
            ChildProcess = true,
            SessionTimeout = TimeSpan.FromSeconds(4),

            // Most tests have one worker, and need not wait for others.
            GroupInitialRebalanceDelay = TimeSpan.Zero,
        });
        return Task.FromResult(_cluster.BootstrapServers);
    }

    /// <inheritdoc/>
    protected override ValueTask StopAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
