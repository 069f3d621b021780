using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Processes;

namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>The table of a run of throughput arms.</summary>
internal static class ThroughputTable
{
    private const string Note =
        "Medians over the rounds, in brackets the least and the most. A ratio is the median of the ratios of each round. CPU, allocations and memory " +
        "are the consuming process's own, client threads included; peak RSS is the whole process's, RSS growth is over the measured part.";

    /// <param name="name">The section's name.</param>
    /// <param name="title">The section's title.</param>
    /// <param name="arms">The arms with their rounds.</param>
    /// <param name="baselines">The arms that the others are divided by, each with the head of its column. One that did not run has dashes.</param>
    public static ReportSection Create(
        string name, string title, IReadOnlyList<ArmRounds<ThroughputFigures>> arms, params IReadOnlyList<(string Column, string Arm)> baselines) => new(
        name,
        title,
        ["", "records/s", .. baselines.Select(static baseline => baseline.Column), "CPU ns/rec", "alloc B/rec", "peak RSS MiB", "GC heap MiB", "RSS growth B/rec"],
        [.. arms.Select(arm => Row(arm, [.. baselines.Select(baseline => arms.FirstOrDefault(other => other.Arm == baseline.Arm))]))],
        Note,
        arms);

    private static string[] Row(ArmRounds<ThroughputFigures> arm, IReadOnlyList<ArmRounds<ThroughputFigures>?> baselines) =>
    [
        arm.Arm,
        $"{Cells.Whole(arm.Median(Speed))} ({Cells.Whole(arm.Rounds.Min(Speed))}-{Cells.Whole(arm.Rounds.Max(Speed))})",
        .. baselines.Select(baseline => Cells.Ratio(baseline is null ? null : Ratio(arm, baseline))),
        Cells.Whole(arm.Median(static figures => figures.CpuNanosecondsPerRecord)),
        Cells.Small(arm.Median(static figures => figures.AllocatedBytesPerRecord)),
        Cells.Megabytes(arm.Median(static figures => figures.PeakResidentBytes)),
        Cells.Megabytes(arm.Median(static figures => figures.ManagedHeapBytes)),
        Cells.Small(arm.Median(static figures => figures.GrownResidentBytesPerRecord)),
    ];

    /// <summary>Round by round, so that what slowed the machine down for a round counts for both.</summary>
    private static double? Ratio(ArmRounds<ThroughputFigures> arm, ArmRounds<ThroughputFigures> baseline) =>
        Statistics.Median(arm.Rounds.Zip(baseline.Rounds, static (one, other) => one.RecordsPerSecond / other.RecordsPerSecond).Select(static ratio => (double?)ratio));

    private static double? Speed(ThroughputFigures figures) => figures.RecordsPerSecond;
}
