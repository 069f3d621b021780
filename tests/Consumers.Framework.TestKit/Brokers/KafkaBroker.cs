using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.TestKit.Waiting;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>A broker that tests run on: started by the first test that needs it, shared by all, ended with the test process.</summary>
public abstract class KafkaBroker : IAsyncDisposable
{
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private string? _unavailable;
    private string? _bootstrapServers;
    private bool _decided;

    /// <summary>What it is called in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What it can do.</summary>
    public abstract BrokerCapabilities Capabilities { get; }

    /// <summary>Its addresses; it is started.</summary>
    public string BootstrapServers => _bootstrapServers ?? throw new InvalidOperationException($"{Name} is not started: await SkipIfUnavailableAsync first.");

    /// <summary>The configuration of an application whose consumers of these names run on this broker.</summary>
    public virtual IReadOnlyDictionary<string, string?> SettingsFor(GroupProtocol protocol, params string[] consumers)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["Kafka:BootstrapServers"] = BootstrapServers };
        foreach (var consumer in consumers.Where(_ => protocol == GroupProtocol.Classic))
        {
            settings[$"Kafka:Consumers:{consumer}:SessionTimeout"] = "00:00:10";
            settings[$"Kafka:Consumers:{consumer}:HeartbeatInterval"] = "00:00:00.500";
        }

        return settings;
    }

    /// <summary>As <see cref="SettingsFor(GroupProtocol, string[])"/>, for the classic protocol.</summary>
    public IReadOnlyDictionary<string, string?> SettingsFor(params string[] consumers) => SettingsFor(GroupProtocol.Classic, consumers);

    /// <summary>Starts the broker where it is not yet; skips the running test, with the reason, where it cannot be, or lacks something.</summary>
    public async Task SkipIfUnavailableAsync(BrokerCapabilities required = BrokerCapabilities.None)
    {
        var missing = required & ~Capabilities;
        Assert.SkipWhen(missing != BrokerCapabilities.None, $"{Name} lacks {missing}.");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_decided)
            {
                _unavailable = await FindReasonAgainstAsync();
                _bootstrapServers = _unavailable is null ? await StartAsync() : null;
                _decided = true;
            }
        }
        finally
        {
            _starting.Release();
        }

        if (_unavailable is not null && IsRequired)
        {
            Assert.Fail($"{Name} is required (KAFKA_TESTS_REQUIRE_REAL=1): {_unavailable}");
        }

        Assert.SkipWhen(_unavailable is not null, $"{Name}: {_unavailable}");
    }

    /// <summary>Creates a topic; it is there when this returns.</summary>
    public virtual async Task CreateTopicAsync(string topic, int partitions = 1)
    {
        using var admin = BuildAdmin();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1 }],
            new CreateTopicsOptions { RequestTimeout = AdminTimeout, OperationTimeout = AdminTimeout });
        await Wait.UntilAsync(() => Task.FromResult(admin.GetMetadata(topic, AdminTimeout).Topics.Single().Partitions is { } known
            && known.Count == partitions && known.All(partition => partition.Leader >= 0)));
    }

    /// <summary>Creates a topic with a name of its own.</summary>
    public async Task<string> CreateTopicAsync(int partitions)
    {
        var topic = UniqueName("topic");
        await CreateTopicAsync(topic, partitions);
        return topic;
    }

    /// <summary>A name for a topic or group that no other test has.</summary>
    public static string UniqueName(string word) => $"{word}-{Guid.NewGuid():N}"[..(word.Length + 13)];

    /// <summary>An Admin client of this broker. Mind what the embedded broker does to its calls.</summary>
    public IAdminClient BuildAdmin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();

    /// <summary>A test on this broker failed: what helps to find out why is kept.</summary>
    public virtual void KeepEvidence()
    {
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _starting.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a test must not be skipped on it.</summary>
    protected virtual bool IsRequired => false;

    /// <summary>Why the broker cannot run here, quickly; null where it can.</summary>
    protected abstract Task<string?> FindReasonAgainstAsync();

    /// <summary>Starts it and returns its addresses.</summary>
    protected abstract Task<string> StartAsync();

    /// <summary>Ends it where it was started.</summary>
    protected abstract ValueTask StopAsync();
}
