using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// A partition that stays with its owner through the rebalances of others waits for each no longer than the longest drain in the group, which
/// is the longest handler of the partitions that go, and the client's own time: 0.2 s. Where handlers wait for commits it is 1.1 s with the
/// cooperative assignor, since commits wait for the joins of its two rounds, and 0.6 s with KIP-848.
/// </summary>
internal sealed class GapsBounded : IInvariant
{
    /// <summary>What a record waits for its permit, its commit and its thread on a busy machine.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    public string Id => "gap";

    public string Promise => "a partition that stays waits no longer than the drains of others and the client's time";

    public IEnumerable<string> Check(RunHistory history) => Retained(history)
        .Select(gap => (Gap: gap, Bound: BoundOf(history, gap)))
        .Where(static judged => judged.Gap.Length > judged.Bound)
        .Select(static judged => FormattableString.Invariant(
            $"{judged.Gap.Record} waited {judged.Gap.Length.TotalSeconds:0.00} s from {RunHistory.Text(judged.Gap.From)} though its partition stayed; {judged.Bound.TotalSeconds:0.00} s are allowed"));

    /// <summary>The gaps of partitions that stayed with their owner, where no fault was.</summary>
    public static IEnumerable<Gap> Retained(RunHistory history)
    {
        // What a fault holds up has been caught up with a session after the group has settled.
        var faults = Fault.Of(history)
            .Select(fault => (fault.From, Until: history.EventsOf("settled").FirstOrDefault(settled => settled.At.Mono > fault.From.Mono)?.At.Add(history.Settings.Session) ?? fault.Until))
            .Concat(history.EventsOf("hiccup").Select(hiccup => (From: hiccup.At, Until: hiccup.At.Add(history.Settings.HiccupTime * 2))))
            .ToList();
        return Gap.Find(history).Where(gap => gap.IsRetained && !faults.Exists(fault => fault.From.Mono < gap.Record.Start.Mono && gap.From.Mono < fault.Until.Mono));
    }

    private static TimeSpan BoundOf(RunHistory history, Gap gap)
    {
        var waitsForCommits = history.Settings.Cell.Strategy is not (CommitStrategy.Async or CommitStrategy.Auto);
        var client = history.Settings.Cell.Assignor switch
        {
            FleetAssignor.CooperativeSticky or FleetAssignor.Uniform848 or FleetAssignor.Range848 when !waitsForCommits => TimeSpan.FromSeconds(0.2),
            FleetAssignor.CooperativeSticky => TimeSpan.FromSeconds(1.1),
            FleetAssignor.Uniform848 or FleetAssignor.Range848 => TimeSpan.FromSeconds(0.6),

            // An eager assignor takes every partition: none stays through a rebalance.
            _ => TimeSpan.Zero,
        };
        var drains = history.Members.SelectMany(static member => member.Rebalances)
            .Where(rebalance => rebalance.Kind == RebalanceKind.Revoked && rebalance.Began.Mono < gap.Record.Start.Mono && gap.From.Mono < rebalance.At.Add(client).Mono)
            .ToList();
        return Slack + drains.Aggregate(TimeSpan.Zero, (sum, drain) => sum + drain.Took + client);
    }
}
