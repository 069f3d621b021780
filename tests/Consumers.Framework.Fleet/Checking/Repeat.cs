using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>A record that began again although somebody did it.</summary>
/// <param name="First">Who did it.</param>
/// <param name="Again">Who began it again.</param>
/// <param name="Cause">The fault that explains it, of the first or of one that went on after a standstill; null where none does.</param>
/// <param name="HeldBackBy">
/// A record of the partition that failed in the same member and was given up there: it ends the drain, and with keys others are done then that
/// the commit does not reach. Null where there is none.
/// </param>
internal sealed record Repeat(Execution First, Execution Again, Fault? Cause, Execution? HeldBackBy)
{
    public bool IsExplained => Cause is not null || HeldBackBy is not null;

    /// <summary>All of a run. A record in hand at its member's death is none: nobody did it.</summary>
    public static IReadOnlyList<Repeat> Find(RunHistory history)
    {
        var faults = Fault.Of(history);
        var failures = Failures(history).ToLookup(static failure => (failure.Failed.Member, failure.Failed.Partition));
        var ownerships = history.Members.SelectMany(Ownership.Of).ToLookup(static ownership => (ownership.Member, ownership.Partition));
        return
        [
            .. from record in history.Executions.GroupBy(static execution => (execution.Partition, execution.Offset))
               from pair in record.Zip(record.Skip(1), (_, again) => (First: record.First(execution => execution.IsDone || execution == again), Again: again))
               where pair.First != pair.Again && pair.First.IsDone
               select new Repeat(
                   pair.First, pair.Again, CauseOf(pair.First, pair.Again, faults),
                   HolderOf(failures[(pair.First.Member, pair.First.Partition)], EndOf(pair.First, pair.Again, ownerships[(pair.First.Member, pair.First.Partition)]))),
        ];
    }

    /// <summary>Failed attempts, and when the same member did the record after all.</summary>
    private static IEnumerable<(Execution Failed, long DoneAt)> Failures(RunHistory history) =>
        history.Settings.Cell.Ordering == RecordOrdering.Partition ? [] : history.Executions
            .GroupBy(static execution => (execution.Member, execution.Partition, execution.Offset))
            .SelectMany(static record => record
                .Where(static execution => !execution.IsDone && execution.End is not null)
                .Select(failed => (failed, record.FirstOrDefault(execution => execution.IsDone && execution.Start.Mono >= failed.Start.Mono)?.End!.Value.Mono ?? long.MaxValue)));

    private static Execution? HolderOf(IEnumerable<(Execution Failed, long DoneAt)> failures, long end) =>
        failures.FirstOrDefault(failure => failure.Failed.End!.Value.Mono < end && failure.DoneAt > end).Failed;

    // The partition may come back to the member that did the record, which then does what had failed before it comes to the record again.
    private static long EndOf(Execution first, Execution again, IEnumerable<Ownership> ownerships) => ownerships
        .Where(ownership => ownership.From.Mono <= first.Start.Mono && ownership.ClosedAt is not null)
        .Select(static ownership => ownership.ClosedAt!.Value.Mono)
        .Where(closed => closed > first.Start.Mono)
        .Append(again.Start.Mono)
        .Min();

    private static Fault? CauseOf(Execution first, Execution again, IReadOnlyList<Fault> faults) =>
        faults.FirstOrDefault(fault => fault.Member == first.Member && Explains(fault, first, again))
        ?? faults.FirstOrDefault(fault => fault.Member == again.Member && fault.From.Mono <= again.Start.Mono && again.Start.Mono <= fault.Until.Mono);

    // The first did it before its fault, or after it but before it could know; and the record began again after the fault.
    private static bool Explains(Fault fault, Execution first, Execution again) =>
        fault.From.Mono <= again.Start.Mono && first.Start.Mono <= fault.Until.Mono;
}
