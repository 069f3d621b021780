using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>What the batch size is worth when every batch waits for its commit.</summary>
internal sealed class SweepCommand : IBenchmarkCommand
{
    /// <summary>A batch of ten at a commit of a millisecond: some seconds of records for the smallest size.</summary>
    private const double RecordsForEachOfSize = 6_000;

    private static readonly int[] Sizes = [10, 100, 500, 1_000, 5_000, 10_000];

    public string Name => "sweep";

    public string Summary => "Sync by MaxPollRecords, beside the bare loop that commits as often";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (broker, topics) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            var (partitions, records) = broker.DefaultsFor(options.Size);
            var content = new TopicContent(options.Records ?? records, options.Size, partitions);
            Arm[] arms = [.. Sizes.SelectMany(size => ArmsOf(size, Math.Min(1, size * RecordsForEachOfSize / content.Records))).Where(arm => options.Selects(arm.Name))];
            var rounds = await new RoundRunner(broker, topics, options.Rounds).RunAsync(arms, content);
            yield return ThroughputTable.Create(
                $"sweep-{broker.Name}",
                $"Sync by batch size, {broker.Name} broker: up to {content.Records:N0} records of {content.Size} B in {partitions} partitions",
                rounds,
                ("x native at 10,000", NativeName(Sizes[^1])));
        }
    }

    private static IEnumerable<Arm> ArmsOf(int size, double share) =>
    [
        ThroughputArms.Framework($"Sync, MaxPollRecords {size:N0}", HandlerKind.Raw, ("Commit:Strategy", "Sync"), ("MaxPollRecords", $"{size}")) with { Share = share },
        new(NativeName(size), new NativeLoopWork(new(BatchSize: size, SyncCommit: true))) { Share = share },
    ];

    private static string NativeName(int size) => $"native loop, sync commit per {size:N0}";
}
