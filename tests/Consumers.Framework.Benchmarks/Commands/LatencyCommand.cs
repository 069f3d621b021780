using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>How long a record takes from its producer to its handler, at a pace that leaves every queue empty.</summary>
internal sealed class LatencyCommand : IBenchmarkCommand
{
    private const double RecordsPerSecond = 500;
    private const double Median = 0.5;

    private static readonly (string Name, LatencyClient Client)[] Clients =
    [
        ("framework, Async", LatencyClient.Framework),
        ("Consume() loop, tuned", LatencyClient.ConsumeLoop),
        ("native loop", LatencyClient.NativeLoop),
    ];

    public string Name => "latency";

    public string Summary => "producer to handler at 500 records a second, the framework beside the bare loops, in turns";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (broker, _) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            var run = new LatencyRun(broker, RecordsPerSecond, TimeSpan.FromSeconds((double)options.Seconds / options.Rounds), options.Size);
            var samples = Clients.Select(static _ => new List<double>()).ToArray();
            for (var round = 0; round < options.Rounds; round++)
            {
                for (var place = 0; place < Clients.Length; place++)
                {
                    var index = (place + round) % Clients.Length;
                    var microseconds = await run.MeasureAsync(Clients[index].Name, new LatencyWork(Clients[index].Client));
                    Progress.Say($"{broker.Name} {round + 1}/{options.Rounds} {Clients[index].Name}: {Statistics.Percentile([.. microseconds.Order()], Median):N0} us");
                    samples[index].AddRange(microseconds);
                }
            }

            double[][] sorted = [.. samples.Select(static list => list.Order().ToArray())];
            yield return new ReportSection(
                $"latency-{broker.Name}",
                $"Latency, {broker.Name} broker: {RecordsPerSecond:0} records of {options.Size} B a second, {options.Seconds} s each, in {options.Rounds} turns",
                ["", "records", "p50 us", "p99 us", "p99.9 us", "max us", "p50 added", "p99 added"],
                [.. Clients.Select((client, index) => Row(client.Name, sorted[index], sorted[0]))],
                "From just before Produce to the handler, over the turns of each. Added is what the framework's percentile is above this row's.",
                Clients.Select((client, index) => new { Arm = client.Name, Microseconds = sorted[index] }));
        }
    }

    private static string[] Row(string name, double[] sorted, double[] framework) =>
    [
        name,
        Cells.Whole(sorted.Length),
        Cells.Whole(Statistics.Percentile(sorted, Median)),
        Cells.Whole(Statistics.Percentile(sorted, 0.99)),
        Cells.Whole(Statistics.Percentile(sorted, 0.999)),
        Cells.Whole(sorted[^1]),
        Cells.Whole(sorted == framework ? null : Statistics.Percentile(framework, Median) - Statistics.Percentile(sorted, Median)),
        Cells.Whole(sorted == framework ? null : Statistics.Percentile(framework, 0.99) - Statistics.Percentile(sorted, 0.99)),
    ];
}
