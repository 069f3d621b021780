using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Whether the framework's fetch settings are the right ones: a backlog of small and of large records, and records that come one by one.</summary>
internal sealed class FetchCommand : IBenchmarkCommand
{
    private const string Defaults = "defaults";
    private const int LargeRecord = 10 * 1_024;
    private const double RecordsPerSecond = 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private static readonly (string Name, (string Path, string Value)[] Settings)[] Changes =
    [
        (Defaults, []),
        ("fetch.queue.backoff.ms 1", [("Client:fetch.queue.backoff.ms", "1")]),
        ("fetch.queue.backoff.ms 10", [("Client:fetch.queue.backoff.ms", "10")]),
        ("fetch.queue.backoff.ms 50", [("Client:fetch.queue.backoff.ms", "50")]),
        ("queued.min.messages 1000", [("Client:queued.min.messages", "1000")]),
        ("queued.min.messages 20000", [("Client:queued.min.messages", "20000")]),
        ("queued.min.messages 100000", [("Client:queued.min.messages", "100000")]),
        ("queued.max.messages.kbytes 65536", [("Client:queued.max.messages.kbytes", "65536")]),
        ("MaxPartitionFetchBytes 262144", [("MaxPartitionFetchBytes", "262144")]),
        ("MaxPartitionFetchBytes 4194304", [("MaxPartitionFetchBytes", "4194304")]),
        ("librdkafka's prefetch", [("Client:queued.min.messages", "100000"), ("Client:queued.max.messages.kbytes", "65536"), ("Client:fetch.queue.backoff.ms", "1000")]),
    ];

    private static readonly string[] Waits = ["00:00:00.010", "00:00:00.100", "00:00:00.500"];

    public string Name => "fetch";

    public string Summary => "the fetch settings: a backlog of small and of 10 KiB records, and the latency of records that come one by one";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (broker, topics) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            foreach (var size in new[] { options.Size, LargeRecord })
            {
                var (partitions, records) = broker.DefaultsFor(size);
                var content = new TopicContent(options.Records ?? records, size, partitions);
                Arm[] arms = [.. Changes.Select(static change => Create(change.Name, change.Settings)).Where(arm => options.Selects(arm.Name))];
                var rounds = await new RoundRunner(broker, topics, options.Rounds).RunAsync(arms, content);
                yield return ThroughputTable.Create(
                    $"fetch-{broker.Name}-{size}",
                    $"Async by fetch settings, {broker.Name} broker: {content.Records:N0} records of {size} B in {partitions} partitions",
                    rounds,
                    ("x defaults", $"framework, {Defaults}"));
            }

            var run = new LatencyRun(broker, RecordsPerSecond, Length, options.Size);
            var samples = new List<(string Wait, double[] Microseconds)>();
            foreach (var wait in Waits)
            {
                var work = new LatencyWork(LatencyClient.Framework) { Settings = new Dictionary<string, string?> { ["FetchMaxWait"] = wait } };
                samples.Add((wait, [.. (await run.MeasureAsync($"FetchMaxWait {wait}", work)).Order()]));
            }

            yield return new ReportSection(
                $"fetch-wait-{broker.Name}",
                $"Latency by fetch wait, {broker.Name} broker: {RecordsPerSecond:0} records of {options.Size} B a second for {Length.TotalSeconds:0} s",
                ["FetchMaxWait", "p50 us", "p99 us", "max us"],
                [.. samples.Select(static sample => Row(sample.Wait, sample.Microseconds))],
                "From just before Produce to the handler.",
                samples.Select(static sample => new { sample.Wait, sample.Microseconds }));
        }
    }

    private static Arm Create(string name, (string Path, string Value)[] settings) =>
        ThroughputArms.Framework(name, HandlerKind.Raw, [("Commit:Strategy", "Async"), .. settings]);

    private static string[] Row(string wait, double[] sorted) =>
        [wait, Cells.Whole(Statistics.Percentile(sorted, 0.5)), Cells.Whole(Statistics.Percentile(sorted, 0.99)), Cells.Whole(sorted[^1])];
}
