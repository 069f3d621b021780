using Confluent.Kafka;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>
/// An Apache Kafka from the distribution folder that <c>KAFKA_HOME</c> names: one KRaft node with short group limits, a process of its own
/// that ends with the test process however that ends. A test that kills it, or freezes it beside others, uses one of its own.
/// </summary>
public sealed class RealKafkaBroker : KafkaBroker
{
    // One compiler instead of two: it starts on two thirds of the processor time, and lives too short to win that back.
    private const string QuickStart = "-XX:TieredStopAtLevel=1";

    private KafkaNode? _node;
    private bool _keepEvidence;

    /// <inheritdoc/>
    public override string Name => "RealKafka";

    /// <inheritdoc/>
    public override BrokerCapabilities Capabilities =>
        BrokerCapabilities.Transactions | BrokerCapabilities.StaticMembership | BrokerCapabilities.EagerCommitInRevoke
        | BrokerCapabilities.AdminApi | BrokerCapabilities.ConsumerProtocol | BrokerCapabilities.TimeLookup
        | BrokerCapabilities.OffsetsTopic | BrokerCapabilities.Process | BrokerCapabilities.LargeData;

    /// <summary>The broker's process.</summary>
    public int ProcessId => Node.ProcessId;

    /// <summary>The folder that holds the broker's data and its log, <c>kafka.log</c>.</summary>
    public string DataDirectory => Node.Directory;

    /// <inheritdoc/>
    protected override bool IsRequired => Environment.GetEnvironmentVariable("KAFKA_TESTS_REQUIRE_REAL") == "1";

    private KafkaNode Node => _node ?? throw new InvalidOperationException("The broker is not started.");

    /// <summary>A proxy before the broker, for clients whose traffic is counted. One at a time.</summary>
    public CountingProxy OpenProxy() => new(Node.ProxyPort, Node.ProxiedPort);

    /// <summary>A proxy before the broker that interferes with a group. One proxy of either kind at a time.</summary>
    public GroupProxy OpenGroupProxy() => new(Node.ProxyPort, Node.ProxiedPort);

    /// <summary>Stops the process where it stands (SIGSTOP): connections stay open and nothing is answered.</summary>
    public void Freeze() => Node.Signal(ProcessSignal.Stop);

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public void Thaw() => Node.Signal(ProcessSignal.Continue);

    /// <summary>Ends the process at once (SIGKILL); its data stays.</summary>
    public Task KillAsync() => Node.KillAsync();

    /// <summary>Starts a killed broker again on its data and port, and returns when it serves.</summary>
    public Task RestartAsync() => Node.ServeAsync();

    /// <summary>What the group coordinator has logged about a group, in order; the broker writes it as it happens.</summary>
    public IReadOnlyList<string> ReadGroupLog(string group) => [.. Node.ReadLog().Where(line => line.Contains(group, StringComparison.Ordinal))];

    /// <inheritdoc/>
    public override void KeepEvidence() => _keepEvidence = true;

    /// <inheritdoc/>
    protected override Task<string?> FindReasonAgainstAsync() => KafkaDistribution.FindReasonAgainstAsync();

    /// <inheritdoc/>
    protected override async Task<string> StartAsync()
    {
        _node = await KafkaNode.CreateAsync(KafkaDistribution.Find(), java: QuickStart);
        try
        {
            await _node.ServeAsync();
            return _node.BootstrapServers;
        }
        catch
        {
            await StopAsync();
            _node = null;
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask StopAsync()
    {
        if (_node is { } node)
        {
            if (_keepEvidence)
            {
                node.CopyLogTo(Path.Combine(AppContext.BaseDirectory, "broker-logs"));
            }

            await node.DisposeAsync();
        }
    }
}
