using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Whether lanes that commit every record share requests.</summary>
internal sealed class PerRecordCommand : IBenchmarkCommand
{
    private const int Lanes = 100;
    private const long DefaultRecords = 300_000;
    private const string OneLane = "PerRecord, 1 lane";

    public string Name => "perrecord";

    public string Summary => "PerRecord with one lane and with a hundred";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        Arm[] arms =
        [
            Create(OneLane, ("MaxConcurrency", "1")) with { Partitions = 1, Share = 1.0 / Lanes },
            Create($"PerRecord, {Lanes} lanes", ("MaxConcurrency", $"{Lanes}")),
        ];
        foreach (var (broker, topics) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            var content = new TopicContent(options.Records ?? DefaultRecords, options.Size, Lanes);
            var rounds = await new RoundRunner(broker, topics, options.Rounds).RunAsync(arms, content);
            yield return ThroughputTable.Create(
                $"perrecord-{broker.Name}",
                $"PerRecord, {broker.Name} broker: {content.Records / Lanes:N0} records in one partition, and {content.Records:N0} in {Lanes}",
                rounds,
                ("x 1 lane", $"framework, {OneLane}"));
        }
    }

    private static Arm Create(string name, (string Path, string Value) setting) =>
        ThroughputArms.Framework(name, HandlerKind.Raw, ("Commit:Strategy", "PerRecord"), setting);
}
