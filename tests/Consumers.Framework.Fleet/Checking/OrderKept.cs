using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I5: the records of a partition (of a key, with Ordering Key) begin in offset order, one when the one before it is done, retries included.
/// In a process, from one assignment of the partition to the next; over all processes, by each record's first beginning; and
/// unless a member was killed or stood still, one at a time wherever they are handled. AtMostOnce goes on behind a record that was given up,
/// and a member that stood still runs what it had committed ahead, whoever has the partition by then.
/// </summary>
internal sealed class OrderKept : IInvariant
{
    public string Id => "I5";

    public string Promise => "records begin in offset order, one after another";

    public IEnumerable<string> Check(RunHistory history)
    {
        var faults = Fault.Of(history);
        var isAhead = history.Settings.Cell.Strategy == CommitStrategy.AtMostOnce;
        foreach (var lane in history.Executions.GroupBy(history.Lane))
        {
            var executions = lane.ToList();
            foreach (var violation in CheckFirstStarts(executions, isAhead ? faults : []).Concat(CheckOneAtATime(executions, faults)))
            {
                yield return violation;
            }
        }

        foreach (var member in history.Members)
        {
            var assigned = member.Rebalances.Where(static rebalance => rebalance.Kind == RebalanceKind.Assigned)
                .SelectMany(static rebalance => rebalance.Partitions.Select(partition => (Partition: partition, rebalance.At.Mono)))
                .ToLookup(static assignment => assignment.Partition, static assignment => assignment.Mono);
            foreach (var lane in history.Executions.Where(execution => execution.Member == member.Name).GroupBy(history.Lane))
            {
                foreach (var (before, after) in lane.Zip(lane.Skip(1)))
                {
                    var isAnew = assigned[after.Partition].Any(at => before.Start.Mono < at && at < after.Start.Mono);
                    if (!isAnew && !Follows(before, after, isAhead))
                    {
                        yield return $"{after} followed {before}";
                    }
                }
            }
        }
    }

    private static bool Follows(Execution before, Execution after, bool isAhead) => before.End is { } end && end.Mono <= after.Start.Mono
        && (after.Offset > before.Offset ? before.IsDone || isAhead : !before.IsDone && after.Offset == before.Offset && after.Attempt == before.Attempt + 1);

    private static IEnumerable<string> CheckFirstStarts(List<Execution> lane, IReadOnlyList<Fault> excuses)
    {
        Execution? highest = null;
        var begun = new HashSet<long>();
        foreach (var execution in lane)
        {
            if (begun.Add(execution.Offset))
            {
                if (execution.Offset < highest?.Offset && !excuses.Any(fault => fault.Member == execution.Member && fault.From.Mono <= execution.Start.Mono && execution.Start.Mono <= fault.Until.Mono))
                {
                    yield return $"{execution} began for the first time after {highest}";
                }

                highest = highest is null || execution.Offset > highest.Offset ? execution : highest;
            }
        }
    }

    private static IEnumerable<string> CheckOneAtATime(List<Execution> lane, IReadOnlyList<Fault> faults)
    {
        foreach (var (before, after) in lane.Zip(lane.Skip(1)))
        {
            if ((before.End is not { } end || end.Mono > after.Start.Mono)
                && !faults.Any(fault => fault.Member == before.Member && fault.From.Mono <= after.Start.Mono)
                && !faults.Any(fault => fault.Member == after.Member && fault.From.Mono <= after.Start.Mono && after.Start.Mono <= fault.Until.Mono))
            {
                yield return $"{after} began while this one ran: {before}";
            }
        }
    }
}
