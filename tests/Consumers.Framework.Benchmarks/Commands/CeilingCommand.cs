using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Loops;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>What moves the native ceiling, and whether the framework moves with it.</summary>
internal sealed class CeilingCommand : IBenchmarkCommand
{
    private const int BatchSize = 1_000;
    private const int MostBrokers = 3;

    private static readonly (string Key, string Value)[] ClientChanges =
    [
        ("check.crcs", "false"),
        ("fetch.message.max.bytes", "4194304"),
        ("queued.min.messages", "100000"),
        ("socket.receive.buffer.bytes", "4194304"),
    ];

    public string Name => "ceiling";

    public string Summary => "what moves the native ceiling: the allocator, batches, client settings, brokers";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (broker, topics) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            var (partitions, records) = broker.DefaultsFor(options.Size);
            var content = new TopicContent(options.Records ?? records, options.Size, partitions);
            Arm[] arms = [.. AllArms().Where(arm => options.Selects(arm.Name) && (broker.IsRealKafka || !arm.NeedsRealKafka))];
            var rounds = await new RoundRunner(broker, topics, options.Rounds).RunAsync(arms, content);
            yield return ThroughputTable.Create(
                $"ceiling-{broker.Name}",
                $"What moves the ceiling, {broker.Name} broker: {content.Records:N0} records of {content.Size} B in {partitions} partitions",
                rounds,
                ("x ceiling", ThroughputArms.Ceiling));
        }

        var clusters = new List<ArmRounds<ThroughputFigures>>();
        for (var count = 1; count <= MostBrokers; count++)
        {
            clusters.AddRange(await RunOnClusterAsync(options, count));
        }

        yield return ThroughputTable.Create(
            "ceiling-brokers", "The ceiling by the number of brokers, embedded", clusters, ("x ceiling of 1", OnCluster(1, ThroughputArms.Ceiling)));
    }

    private static async Task<IEnumerable<ArmRounds<ThroughputFigures>>> RunOnClusterAsync(BenchmarkOptions options, int count)
    {
        await using var cluster = new EmbeddedBenchmarkBroker(count);
        var (partitions, records) = cluster.DefaultsFor(options.Size);
        var content = new TopicContent(options.Records ?? records, options.Size, partitions);
        var rounds = await new RoundRunner(cluster, new TopicFiller(cluster), options.Rounds).RunAsync([ThroughputArms.CeilingArm, ThroughputArms.AsyncArm], content);
        return rounds.Select(arm => arm with { Arm = OnCluster(count, arm.Arm) });
    }

    private static string OnCluster(int count, string arm) => $"{arm}, brokers: {count}";

    private static IEnumerable<Arm> AllArms()
    {
        yield return ThroughputArms.CeilingArm;
        yield return Native("100 messages a call", new NativeLoop(100, SyncCommit: false));
        yield return Native("10,000 messages a call", new NativeLoop(10_000, SyncCommit: false));
        foreach (var (key, value) in ClientChanges)
        {
            yield return Native($"{key}={value}", new NativeLoop(BatchSize, SyncCommit: false) { Client = new Dictionary<string, string> { [key] = value } });
        }

        yield return ThroughputArms.CeilingArm with
        {
            Name = "native loop, MALLOC_ARENA_MAX=1",
            Environment = new Dictionary<string, string> { ["MALLOC_ARENA_MAX"] = "1" },
        };
        yield return ThroughputArms.AsyncArm;
        yield return ThroughputArms.TwoWorkersArm;
        foreach (var allocator in Allocator.Installed())
        {
            foreach (var arm in new[] { ThroughputArms.CeilingArm, ThroughputArms.AsyncArm, ThroughputArms.TwoWorkersArm, ThroughputArms.DefaultLoopArm })
            {
                yield return arm with { Name = $"{arm.Name}, {allocator.Name}", Environment = allocator.Environment };
            }
        }

        yield return ThroughputArms.JavaArm;
    }

    private static Arm Native(string name, NativeLoop loop) => new($"native loop, {name}", new NativeLoopWork(loop));
}
