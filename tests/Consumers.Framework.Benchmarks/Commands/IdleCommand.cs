using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>What consumers cost while nothing comes. Once, not in rounds: nothing here is fast enough to vary.</summary>
internal sealed class IdleCommand : IBenchmarkCommand
{
    private const int Workers = 20;
    private const int Standby = 1;

    public string Name => "idle";

    public string Summary => "CPU of 20 workers without records, owning partitions and standing by, beside bare loops";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        var length = TimeSpan.FromSeconds(options.Seconds);
        (string Name, ArmWork Work, int Partitions)[] arms =
        [
            ($"framework, {Workers} workers, a partition each", new IdleFrameworkWork(Workers, length), Workers),
            ($"framework, {Workers} workers, all but one on standby", new IdleFrameworkWork(Workers, length), Standby),
            ($"Consume() loops, {Workers} with a partition each", new IdleLoopWork(Workers, length), Workers),
            ($"Consume() loops, {Workers}, all but one on standby", new IdleLoopWork(Workers, length), Standby),
        ];
        foreach (var (broker, _) in await brokers.StartAsync(options.Broker, preferAll: false))
        {
            var results = new List<ArmRounds<IdleFigures>>();
            foreach (var (name, work, partitions) in arms.Where(arm => options.Selects(arm.Name)))
            {
                var topic = $"idle-{Guid.NewGuid():N}";
                await broker.CreateTopicAsync(topic, partitions);
                var target = RoundRunner.Target(broker, topic, partitions, records: 0, warmUp: 0);
                var figures = await ArmProcess.RunAsync<IdleFigures>($"{name} on the {broker.Name} broker", new(work, target));
                Progress.Say($"{broker.Name} {name}: {Percent(figures):0.00} % of a core");
                results.Add(new(name, [figures]));
            }

            yield return new ReportSection(
                $"idle-{broker.Name}",
                $"Idle for {options.Seconds} s, {broker.Name} broker",
                ["", "CPU, % of a core", "for each worker", "alloc B/s", "RSS MiB"],
                [.. results.Select(static result => Row(result.Arm, result.Rounds.Single()))],
                "CPU of the whole process, client threads included, from ten seconds after the last partition was assigned.",
                results);
        }
    }

    private static double Percent(IdleFigures figures) => figures.CpuSeconds / figures.Seconds * 100;

    private static string[] Row(string name, IdleFigures figures) =>
    [
        name,
        Cells.Ratio(Percent(figures)),
        Cells.Ratio(Percent(figures) / Workers),
        Cells.Whole(figures.AllocatedBytes / figures.Seconds),
        Cells.Megabytes(figures.ResidentBytes),
    ];
}
