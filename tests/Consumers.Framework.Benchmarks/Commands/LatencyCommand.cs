using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>How long a record takes from its producer to its handler, at a pace that leaves every queue empty.</summary>
internal sealed class LatencyCommand : IBenchmarkCommand
{
    private const double RecordsPerSecond = 500;
    private const int WarmUpSeconds = 3;
    private const int Partitions = 4;
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
            var samples = Clients.Select(static _ => new List<double>()).ToArray();
            for (var round = 0; round < options.Rounds; round++)
            {
                for (var place = 0; place < Clients.Length; place++)
                {
                    var index = (place + round) % Clients.Length;
                    samples[index].AddRange(await MeasureAsync(broker, Clients[index], options, round));
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

    private static async Task<double[]> MeasureAsync(BenchmarkBroker broker, (string Name, LatencyClient Client) client, BenchmarkOptions options, int round)
    {
        var topic = $"latency-{Guid.NewGuid():N}";
        await broker.CreateTopicAsync(topic, Partitions);
        const long warmUp = (long)(WarmUpSeconds * RecordsPerSecond);
        var target = RoundRunner.Target(broker, topic, Partitions, warmUp + (long)(options.Seconds * RecordsPerSecond / options.Rounds), warmUp);
        var producer = new PacedProducer(broker.BootstrapServers, topic, Partitions, options.Size);
        var producing = Task.CompletedTask;
        try
        {
            var microseconds = await ArmProcess.RunAsync<double[]>($"{client.Name} on the {broker.Name} broker", new(new LatencyWork(client.Client), target), () =>
                producing = Task.Factory.StartNew(() => producer.Run(target.Records, RecordsPerSecond), TaskCreationOptions.LongRunning));
            Progress.Say($"{broker.Name} {round + 1}/{options.Rounds} {client.Name}: {Statistics.Percentile([.. microseconds.Order()], Median):N0} us");
            return microseconds;
        }
        finally
        {
            await producing;
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
