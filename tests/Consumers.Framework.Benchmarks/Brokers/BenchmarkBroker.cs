using Confluent.Kafka;

namespace Consumers.Framework.Benchmarks.Brokers;

/// <summary>A broker in a process of its own, that arms consume from.</summary>
internal abstract class BenchmarkBroker : IAsyncDisposable
{
    /// <summary>What it is called on the command line and in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, with its version.</summary>
    public abstract string Description { get; }

    /// <summary>Whether every client of Kafka works on it.</summary>
    public abstract bool IsRealKafka { get; }

    public abstract string BootstrapServers { get; }

    /// <summary>How topics are compressed.</summary>
    public abstract CompressionType Compression { get; }

    /// <summary>The partitions of a topic, and the records of a throughput run where the command line does not say.</summary>
    public abstract (int Partitions, long Records) DefaultsFor(int recordSize);

    /// <summary>What a bare client needs here, by librdkafka names.</summary>
    public virtual IReadOnlyDictionary<string, string> ClientSettings => new Dictionary<string, string>();

    /// <summary>The configuration of a host whose consumer of this name runs here.</summary>
    public virtual IReadOnlyDictionary<string, string?> SettingsFor(string consumer) =>
        new Dictionary<string, string?> { ["Kafka:BootstrapServers"] = BootstrapServers };

    public abstract Task CreateTopicAsync(string topic, int partitions);

    public abstract ValueTask DisposeAsync();
}
