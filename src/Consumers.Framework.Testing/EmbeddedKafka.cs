using Confluent.Kafka;
using Consumers.Framework.Testing.Mock;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.Testing;

/// <summary>
/// A Kafka cluster on 127.0.0.1 without an installation: librdkafka's mock brokers, up in milliseconds, with faults to inject. It keeps
/// everything in memory and lacks parts of Kafka; <c>docs/testing.md</c> lists them. Safe from any thread. Calls that would crash the native
/// code are refused with an exception.
/// </summary>
/// <remarks>
/// Some crashes are out of its reach, because clients cause them: members of one group with different assignors, and the Admin calls
/// ListConsumerGroups, DeleteGroups and DeleteConsumerGroupOffsets (these end the process of the <em>caller</em>).
/// </remarks>
public sealed class EmbeddedKafka : IDisposable, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly IMockCluster _cluster;
    private readonly KnownCluster _known;
    private readonly EmbeddedSettings _settings;
    private bool _disposed;

    private EmbeddedKafka(IMockCluster cluster, KnownCluster known, EmbeddedSettings settings)
    {
        _cluster = cluster;
        _known = known;
        _settings = settings;
    }

    /// <summary>The brokers' addresses, <c>host:port</c>, separated by commas.</summary>
    public string BootstrapServers => _cluster.BootstrapServers;

    /// <summary>The ids of the brokers: 1 and up.</summary>
    public IReadOnlyList<int> Brokers => _known.Brokers;

    /// <summary>The process that runs the brokers; null where they run in this one.</summary>
    public int? ProcessId => (_cluster as ChildProcessMockCluster)?.ProcessId;

    /// <summary>Starts a cluster.</summary>
    /// <param name="options">How it starts; null for one broker without topics, in this process.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="EmbeddedKafkaException">The cluster could not be started.</exception>
    /// <exception cref="DllNotFoundException">librdkafka cannot be loaded on this platform.</exception>
    public static EmbeddedKafka Start(EmbeddedKafkaOptions? options = null)
    {
        options ??= new EmbeddedKafkaOptions();
        var start = EmbeddedSettings.ToStart(options);
        foreach (var (topic, partitions) in options.Topics)
        {
            KnownCluster.CheckTopic(topic, partitions);
        }

        IMockCluster cluster = options.ChildProcess ? ChildProcessMockCluster.Start(start) : new InProcessMockCluster(start);
        var embedded = new EmbeddedKafka(cluster, new KnownCluster(options.Brokers), new EmbeddedSettings(cluster.BootstrapServers, start));
        foreach (var (topic, partitions) in options.Topics)
        {
            embedded.CreateTopic(topic, partitions);
        }

        return embedded;
    }

    /// <summary>
    /// The configuration of an application whose consumers of these names use the classic protocol: <c>Kafka:BootstrapServers</c>, and for
    /// each consumer the timings that suit this broker. Add it last, with <c>AddInMemoryCollection</c>.
    /// </summary>
    /// <param name="consumers">Names under <c>Kafka:Consumers</c>.</param>
    public IReadOnlyDictionary<string, string?> SettingsFor(params string[] consumers) => SettingsFor(GroupProtocol.Classic, consumers);

    /// <summary>As <see cref="SettingsFor(string[])"/>, for either group protocol.</summary>
    /// <param name="protocol">The consumers' protocol; it is not part of the result.</param>
    /// <param name="consumers">Names under <c>Kafka:Consumers</c>.</param>
    public IReadOnlyDictionary<string, string?> SettingsFor(GroupProtocol protocol, params string[] consumers)
    {
        ArgumentNullException.ThrowIfNull(consumers);
        return _settings.For(protocol, consumers);
    }

    /// <summary>Creates a topic. A topic that a producer asks for first comes into being with four partitions.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="partitions">1 to 10,000.</param>
    /// <param name="replicationFactor">1 to the number of brokers; default: all of them, up to three.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    /// <exception cref="EmbeddedKafkaException">The topic exists.</exception>
    public void CreateTopic(string topic, int partitions = 1, int? replicationFactor = null)
    {
        KnownCluster.CheckTopic(topic, partitions);
        var factor = _known.CheckReplicationFactor(replicationFactor);
        Run(() =>
        {
            Check(_cluster.CreateTopic(topic, partitions, factor), $"create topic '{topic}'");
            _known.Add(topic, partitions);
        });
    }

    /// <summary>Deletes a topic with its records. It can be created again.</summary>
    /// <exception cref="ArgumentException">The topic was not created here.</exception>
    public void DeleteTopic(string topic) => Run(() =>
    {
        _known.CheckPartition(topic, 0);
        Check(_cluster.DeleteTopic(topic), $"delete topic '{topic}'");
        _known.Remove(topic);
    });

    /// <summary>Drops the records of a partition before an offset, as retention does.</summary>
    /// <exception cref="ArgumentException">The topic or partition was not created here, or the offset is negative.</exception>
    /// <exception cref="EmbeddedKafkaException">The offset is past the partition's end.</exception>
    public void DeleteRecords(string topic, int partition, long beforeOffset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beforeOffset);
        Run(() =>
        {
            _known.CheckPartition(topic, partition);
            Check(_cluster.DeleteRecords(topic, partition, beforeOffset), $"delete the records of {topic}[{partition}] before {beforeOffset}");
        });
    }

    /// <summary>Answers the next requests of a kind, from any client, with these errors, one each, in this order; all partitions of the request fail.</summary>
    /// <param name="api">The kind of request.</param>
    /// <param name="errors">Errors of Kafka's protocol; <see cref="ErrorCode.NoError"/> lets one request pass, <see cref="ErrorCode.Local_Transport"/> cuts the connection.</param>
    /// <exception cref="ArgumentException">The broker does not serve this API, or an error is none that a broker can send.</exception>
    public void FailNext(KafkaApi api, params ErrorCode[] errors)
    {
        Faults.Check(api, errors);
        Run(() =>
        {
            foreach (var error in errors)
            {
                Check(_cluster.FailNext(api, error), $"inject {error}");
            }
        });
    }

    /// <summary>Answers the next request of a kind to one broker late, or with an error, or both. It goes before what <see cref="FailNext"/> gave for all brokers.</summary>
    /// <param name="broker">The broker's id.</param>
    /// <param name="api">The kind of request.</param>
    /// <param name="error">The error; <see cref="ErrorCode.NoError"/> to be late only.</param>
    /// <param name="roundTrip">How long the answer takes. Range: 0 to 1 h. The disconnect of <see cref="ErrorCode.Local_Transport"/> cannot be delayed.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">macOS on arm64.</exception>
    public void FailNextOnBroker(int broker, KafkaApi api, ErrorCode error, TimeSpan roundTrip = default)
    {
        Faults.Check(api, error);
        var milliseconds = EmbeddedSettings.ToMilliseconds(roundTrip, TimeSpan.Zero, nameof(roundTrip));
        _known.CheckBroker(broker);
        Run(() => Check(_cluster.FailNextOnBroker(broker, api, error, milliseconds), $"inject {error} on broker {broker}"));
    }

    /// <summary>Fails one partition in the next produce or fetch requests; the others of the request are served.</summary>
    /// <param name="topic">A topic that was created here.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="api"><see cref="KafkaApi.Produce"/> or <see cref="KafkaApi.Fetch"/>: the broker looks at a partition's errors only there.</param>
    /// <param name="errors">One for each request, in this order.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    /// <exception cref="PlatformNotSupportedException">macOS on arm64.</exception>
    public void FailNextOnPartition(string topic, int partition, KafkaApi api, params ErrorCode[] errors)
    {
        Faults.CheckForPartition(api, errors);
        Run(() =>
        {
            _known.CheckPartition(topic, partition);
            foreach (var error in errors)
            {
                Check(_cluster.FailNextOnPartition(topic, partition, api, error), $"inject {error} on {topic}[{partition}]");
            }
        });
    }

    /// <summary>Takes back what <see cref="FailNext"/> gave and no request has met yet. Errors of one broker or partition stay.</summary>
    /// <param name="api">The kind of request; null for all kinds.</param>
    public void ClearErrors(KafkaApi? api = null) => Run(() =>
    {
        foreach (var one in api is { } given ? [given] : Enum.GetValues<KafkaApi>())
        {
            _cluster.ClearErrors(one);
        }
    });

    /// <summary>Cuts the connections to a broker and accepts no others. The partitions that it leads stay with it.</summary>
    /// <exception cref="ArgumentException">There is no such broker.</exception>
    public void SetBrokerDown(int broker)
    {
        _known.CheckBroker(broker);
        Run(() => Check(_cluster.SetBrokerDown(broker), $"take broker {broker} down"));
    }

    /// <summary>Lets a broker accept connections again, on its old port.</summary>
    /// <exception cref="ArgumentException">There is no such broker.</exception>
    public void SetBrokerUp(int broker)
    {
        _known.CheckBroker(broker);
        Run(() => Check(_cluster.SetBrokerUp(broker), $"bring broker {broker} up"));
    }

    /// <summary>Delays every answer of a broker.</summary>
    /// <param name="broker">The broker's id.</param>
    /// <param name="roundTrip">The delay; zero for none. Range: 0 to 1 h.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public void SetRoundTrip(int broker, TimeSpan roundTrip)
    {
        var milliseconds = EmbeddedSettings.ToMilliseconds(roundTrip, TimeSpan.Zero, nameof(roundTrip));
        _known.CheckBroker(broker);
        Run(() => Check(_cluster.SetRoundTrip(broker, milliseconds), $"delay broker {broker}"));
    }

    /// <summary>Makes a broker the leader of a partition; clients of the old leader get <see cref="ErrorCode.NotLeaderForPartition"/>.</summary>
    /// <exception cref="ArgumentException">There is no such broker, or the topic or partition was not created here.</exception>
    public void MoveLeader(string topic, int partition, int broker)
    {
        _known.CheckBroker(broker);
        Run(() =>
        {
            _known.CheckPartition(topic, partition);
            Check(_cluster.SetLeader(topic, partition, broker), $"move the leader of {topic}[{partition}] to broker {broker}");
        });
    }

    /// <summary>Makes a broker the coordinator of a group; members that ask the old one get <see cref="ErrorCode.NotCoordinatorForGroup"/>.</summary>
    /// <exception cref="ArgumentException">There is no such broker, or the group has no name.</exception>
    public void MoveCoordinator(string group, int broker)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(group);
        _known.CheckBroker(broker);
        Run(() => Check(_cluster.SetCoordinator("group", group, broker), $"move the coordinator of group '{group}' to broker {broker}"));
    }

    /// <summary>Forgets the requests seen so far and records those that come.</summary>
    public void StartRequestTracking() => Run(_cluster.StartRequestTracking);

    /// <summary>Records no further requests, and forgets those recorded: ask for them first.</summary>
    public void StopRequestTracking() => Run(_cluster.StopRequestTracking);

    /// <summary>The requests recorded since <see cref="StartRequestTracking"/>, in the order of arrival; none after <see cref="StopRequestTracking"/>.</summary>
    /// <param name="api">Only this kind; null for all.</param>
    public IReadOnlyList<KafkaRequest> GetRequests(KafkaApi? api = null)
    {
        IReadOnlyList<KafkaRequest> requests = [];
        Run(() => requests = _cluster.GetRequests());
        return api is { } kind ? [.. requests.Where(request => request.Api == kind)] : requests;
    }

    /// <summary>Ends the cluster; its records are gone. Clients that are still connected see their connections close.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _cluster.Dispose();
            }
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    private static void Check(ErrorCode code, string what)
    {
        if (code != ErrorCode.NoError)
        {
            throw new EmbeddedKafkaException($"The embedded broker refused to {what}: {code} ({new Error(code).Reason}).");
        }
    }

    // A native call on a destroyed cluster ends the process, so the lock covers the test and the call.
    private void Run(Action command)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            command();
        }
    }
}
