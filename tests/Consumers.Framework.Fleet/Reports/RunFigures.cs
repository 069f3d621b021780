using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Reports;

/// <summary>The figures of one run, a row of the table.</summary>
internal static class RunFigures
{
    public static IReadOnlyList<string> Columns { get; } =
        ["cell", "scenario", "hand-overs", "moved", "kills", "freezes", "records", "lost", "repeated", "behind failed", "after faults/bound", "drain ms", "gap stays ms", "gap moves ms", "stop ms", "verdict"];

    public static string[] Of(Verdict verdict)
    {
        var history = verdict.History;
        var repeats = Repeat.Find(history);
        var bound = Fault.Of(history).Sum(fault => Enumerable.Range(0, history.Settings.Partitions).Sum(partition => RepeatBound.Of(history, fault, partition)));
        var revoked = history.Members.SelectMany(static member => member.Rebalances).Where(static rebalance => rebalance.Kind == RebalanceKind.Revoked).ToList();
        var lost = NothingLost.Find(history).Count;
        var gaps = Gap.Find(history).ToList();
        return
        [
            history.Settings.Cell.ToString(),
            $"{history.Settings.Scenario} {history.Settings.Seed}",
            Text(HandOvers(history)),
            Text(revoked.Sum(static rebalance => rebalance.Partitions.Count)),
            Text(history.EventsOf("kill").Count()),
            Text(history.EventsOf("freeze").Count() + history.EventsOf("brokerfreeze").Count()),
            Text(history.Produced.Count),
            history.Settings.Cell.Strategy == CommitStrategy.AtMostOnce ? $"{lost} (may)" : Text(lost),
            Text(repeats.Count(static repeat => !repeat.IsExplained)),
            Text(repeats.Count(static repeat => repeat.Cause is null && repeat.HeldBackBy is not null)),
            $"{repeats.Count(static repeat => repeat.Cause is not null)}/{bound}",
            Milliseconds(revoked.Select(static rebalance => rebalance.Took)),
            Milliseconds(GapsBounded.Retained(history).Select(static gap => gap.Length)),
            Milliseconds(gaps.Where(static gap => !gap.IsRetained).Select(static gap => gap.Length)),
            Milliseconds(StopsInTime.Exits(history).Select(static exit => exit.Took)),
            verdict.IsGreen ? "green" : $"RED {string.Join(' ', verdict.Violations.Select(static violation => violation.Invariant).Distinct())}",
        ];
    }

    /// <summary>Joins and orderly leaves while the others ran: not the first members, nor the end of the last.</summary>
    public static int HandOvers(RunHistory history)
    {
        var end = history.EventsOf("end").FirstOrDefault()?.At.Mono ?? long.MaxValue;
        return history.Events.Count(fleetEvent => fleetEvent.Kind is "join" or "leave" or "recycle" && fleetEvent.At.Mono < end) - history.Settings.Script.Members;
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(IEnumerable<TimeSpan> times) => times.DefaultIfEmpty().Max().TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture);
}
