using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Everything that docs/performance.md shows.</summary>
internal sealed class AllCommand(IReadOnlyList<IBenchmarkCommand> others) : IBenchmarkCommand
{
    private const int LargeRecord = 1_024;

    public string Name => "all";

    public string Summary => "all of the above, throughput with records of 100 B and of 1 KiB";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var (command, chosen) in others.SelectMany(command => Runs(command, options)))
        {
            Progress.Say($"{command.Name}: {command.Summary}");
            await foreach (var section in command.RunAsync(chosen, brokers))
            {
                yield return section;
            }
        }
    }

    private static IEnumerable<(IBenchmarkCommand Command, BenchmarkOptions Options)> Runs(IBenchmarkCommand command, BenchmarkOptions options) =>
        command is ThroughputCommand ? [(command, options), (command, options with { Size = LargeRecord, Records = null })] : [(command, options)];
}
