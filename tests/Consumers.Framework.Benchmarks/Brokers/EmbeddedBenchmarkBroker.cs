using Confluent.Kafka;
using Consumers.Framework.Testing;

namespace Consumers.Framework.Benchmarks.Brokers;

/// <summary>librdkafka's mock broker. It keeps 5 MiB of a partition, so topics are compressed and have more partitions.</summary>
internal sealed class EmbeddedBenchmarkBroker : BenchmarkBroker
{
    private const int OnlyBroker = 1;

    private readonly int _brokers;
    private readonly EmbeddedKafka _kafka;

    public EmbeddedBenchmarkBroker(int brokers = OnlyBroker)
    {
        _brokers = brokers;
        _kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions { ChildProcess = true, Brokers = brokers, GroupInitialRebalanceDelay = TimeSpan.Zero });
    }

    public override string Name => "embedded";

    public override string Description => $"librdkafka mock cluster of {_brokers} in its own process";

    public override bool IsRealKafka => false;

    public override string BootstrapServers => _kafka.BootstrapServers;

    public override CompressionType Compression => CompressionType.Lz4;

    public override IReadOnlyDictionary<string, string> ClientSettings => new Dictionary<string, string>
    {
        // As SettingsFor gives them to the framework.
        ["fetch.wait.max.ms"] = "10",
        ["session.timeout.ms"] = "6000",
        ["heartbeat.interval.ms"] = "500",
    };

    public override (int Partitions, long Records) DefaultsFor(int recordSize) => (16, recordSize < 500 ? 4_800_000 : recordSize < 5_000 ? 1_600_000 : 160_000);

    public override IReadOnlyDictionary<string, string?> SettingsFor(string consumer) => _kafka.SettingsFor(consumer);

    public override Task CreateTopicAsync(string topic, int partitions)
    {
        _kafka.CreateTopic(topic, partitions);
        return Task.CompletedTask;
    }

    /// <summary>Answers the next offset commits late.</summary>
    public void DelayCommits(TimeSpan roundTrip, int commits)
    {
        for (var commit = 0; commit < commits; commit++)
        {
            _kafka.FailNextOnBroker(OnlyBroker, KafkaApi.OffsetCommit, ErrorCode.NoError, roundTrip);
        }
    }

    public override ValueTask DisposeAsync() => _kafka.DisposeAsync();
}
