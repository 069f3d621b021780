using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Reports;
using Consumers.Framework.Fleet.Running;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Fleet.Commands;

/// <summary>Runs the matrix, or the part of it that is asked for, on one broker, and judges each run.</summary>
internal static class RunCommand
{
    public const string Word = "run";

    /// <returns>The verdicts, in the order of the runs.</returns>
    /// <exception cref="InvalidOperationException">There is no Kafka, or a run failed to do its steps.</exception>
    public static async Task<IReadOnlyList<Verdict>> RunAsync(FleetOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        var startedAt = Moment.Now();
        var verdicts = new List<Verdict>();
        await using var broker = await FleetBroker.StartAsync(RunSettings.DefaultSession);
        foreach (var settings in Plan(options))
        {
            if (cancellationToken.IsCancellationRequested || (verdicts.Count > 0 && Moment.Now().Since(startedAt) > (options.Duration ?? TimeSpan.MaxValue)))
            {
                break;
            }

            var verdict = await RunAsync(settings, broker, options.Keep, output, cancellationToken);
            verdicts.Add(verdict);
        }

        output.WriteLine();
        output.WriteLine(Table(verdicts));
        output.WriteLine(Summary(verdicts, Moment.Now().Since(startedAt)));
        return verdicts;
    }

    private static IEnumerable<RunSettings> Plan(FleetOptions options)
    {
        var cells = options.Cells is { Count: > 0 } named ? named : CellMatrix.All;
        for (var seed = options.Seed; seed == options.Seed || options.Duration is not null; seed++)
        {
            var round = options.Scenario is { } scenario
                ? cells.Select(cell => RunSettings.Of(cell, scenario, seed, options.Size, options.Load))
                : MatrixRound.Of(cells, seed, options.Load);
            foreach (var settings in round)
            {
                yield return settings;
            }
        }
    }

    private static async Task<Verdict> RunAsync(RunSettings settings, FleetBroker broker, string? keep, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = keep is null
            ? Directory.CreateTempSubdirectory($"fleet-{settings.Name}-").FullName
            : Directory.CreateDirectory(Path.Combine(keep, settings.Name)).FullName;
        var startedAt = Moment.Now();
        await FleetRun.ExecuteAsync(settings, broker, new RunDirectory(folder), cancellationToken);
        var verdict = Checker.Judge(HistoryReader.Read(new RunDirectory(folder)));
        output.WriteLine(FormattableString.Invariant(
            $"{(verdict.IsGreen ? "green" : "RED  ")} {settings.Cell} {settings.Scenario} {settings.Seed}: {verdict.History.Produced.Count} records in {Moment.Now().Since(startedAt).TotalSeconds:0} s"));
        foreach (var line in verdict.Describe())
        {
            output.WriteLine(line);
        }

        if (verdict.IsGreen && keep is null)
        {
            Directory.Delete(folder, recursive: true);
        }
        else if (!verdict.IsGreen)
        {
            output.WriteLine($"Kept in {folder}");
        }

        return verdict;
    }

    private static string Table(List<Verdict> verdicts) =>
        MarkdownTable.Render(RunFigures.Columns, [.. verdicts.Select(RunFigures.Of)]);

    private static string Summary(List<Verdict> verdicts, TimeSpan took) => FormattableString.Invariant(
        $"{verdicts.Count} runs in {took.TotalMinutes:0.0} min, {verdicts.Count(static verdict => verdict.IsGreen)} green, {verdicts.Sum(static verdict => RunFigures.HandOvers(verdict.History))} hand-overs, {verdicts.Sum(static verdict => verdict.History.Produced.Count)} records.");
}
