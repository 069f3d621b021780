using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>How many records a second each way of consuming handles, with a handler that does nothing.</summary>
internal sealed class ThroughputCommand : IBenchmarkCommand
{
    public string Name => "throughput";

    public string Summary => "records a second of every arm, with CPU, allocations and memory";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (broker, topics) in await brokers.StartAsync(options.Broker, preferAll: true))
        {
            var (partitions, records) = broker.DefaultsFor(options.Size);
            var content = new TopicContent(options.Records ?? records, options.Size, partitions);
            Arm[] arms = [.. ThroughputArms.All.Where(arm => options.Selects(arm.Name) && (broker.IsRealKafka || !arm.NeedsRealKafka))];
            var rounds = await new RoundRunner(broker, topics, options.Rounds).RunAsync(arms, content);
            yield return ThroughputTable.Create(
                $"throughput-{broker.Name}-{options.Size}",
                $"Throughput, {broker.Name} broker: {content.Records:N0} records of {content.Size} B in {partitions} partitions, compression {broker.Compression}",
                rounds,
                ("x ceiling", ThroughputArms.Ceiling),
                ("x default loop", ThroughputArms.DefaultLoop));
        }
    }
}
