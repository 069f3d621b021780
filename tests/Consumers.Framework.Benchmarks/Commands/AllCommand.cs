using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Everything that docs/performance.md shows.</summary>
internal sealed class AllCommand(IReadOnlyList<IBenchmarkCommand> others) : IBenchmarkCommand
{
    private const int LargeRecord = 1_024;

    public string Name => "all";

    public string Summary => "all of the above, throughput with records of 100 B and of 1 KiB";

    public async Task<IReadOnlyList<ReportSection>> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        var sections = new List<ReportSection>();
        foreach (var command in others)
        {
            Progress.Say($"{command.Name}: {command.Summary}");
            sections.AddRange(await command.RunAsync(options, brokers));
            if (command is ThroughputCommand)
            {
                sections.AddRange(await command.RunAsync(options with { Size = LargeRecord, Records = null }, brokers));
            }
        }

        return sections;
    }
}
