using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.TestKit.Brokers;

namespace Consumers.Framework.Benchmarks.Brokers;

/// <summary>Apache Kafka from <c>KAFKA_HOME</c>: one KRaft node, its data in a folder that goes with it.</summary>
internal sealed partial class RealBenchmarkBroker : BenchmarkBroker
{
    private readonly KafkaNode _node;

    private RealBenchmarkBroker(KafkaNode node) => _node = node;

    public override string Name => "real";

    public override string Description => $"Apache Kafka {KafkaVersion()}, one KRaft node on the same machine";

    public override bool IsRealKafka => true;

    public override string BootstrapServers => _node.BootstrapServers;

    public override CompressionType Compression => CompressionType.None;

    public override (int Partitions, long Records) DefaultsFor(int recordSize) => (4, recordSize < 500 ? 6_000_000 : recordSize < 5_000 ? 1_500_000 : 150_000);

    /// <exception cref="InvalidOperationException">There is no Kafka, or it does not serve.</exception>
    public static async Task<RealBenchmarkBroker> StartAsync()
    {
        if (await KafkaDistribution.FindReasonAgainstAsync() is { } reason)
        {
            throw new InvalidOperationException($"A real Kafka cannot be started: {reason}");
        }

        Progress.Say("real: starting Kafka");
        var broker = new RealBenchmarkBroker(await KafkaNode.CreateAsync(KafkaDistribution.Find()));
        try
        {
            await broker._node.ServeAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public override Task CreateTopicAsync(string topic, int partitions) => _node.CreateTopicAsync(topic, partitions);

    public override ValueTask DisposeAsync() => _node.DisposeAsync();

    private static string KafkaVersion() => Directory.EnumerateFiles(KafkaDistribution.Find().Libraries, "kafka-clients-*.jar")
        .Select(static jar => Version().Match(Path.GetFileName(jar)))
        .FirstOrDefault(static match => match.Success)?.Groups[1].Value ?? "of unknown version";

    [GeneratedRegex(@"^kafka-clients-([\d.]+)\.jar$")]
    private static partial Regex Version();
}
