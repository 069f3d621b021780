using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>A record that began again although somebody did it.</summary>
/// <param name="First">Who did it.</param>
/// <param name="Again">Who began it again.</param>
/// <param name="Cause">The fault that explains it, of the first or of one that went on after a standstill; null where nothing does.</param>
internal sealed record Repeat(Execution First, Execution Again, Fault? Cause)
{
    /// <summary>All of a run. A record in hand at its member's death is none: nobody did it.</summary>
    public static IReadOnlyList<Repeat> Find(RunHistory history)
    {
        var faults = Fault.Of(history);
        return
        [
            .. from record in history.Executions.GroupBy(static execution => (execution.Partition, execution.Offset))
               from pair in record.Zip(record.Skip(1), (_, again) => (First: record.First(execution => execution.IsDone || execution == again), Again: again))
               where pair.First != pair.Again && pair.First.IsDone
               select new Repeat(pair.First, pair.Again, CauseOf(pair.First, pair.Again, faults)),
        ];
    }

    private static Fault? CauseOf(Execution first, Execution again, IReadOnlyList<Fault> faults) =>
        faults.FirstOrDefault(fault => fault.Member == first.Member && Explains(fault, first, again))
        ?? faults.FirstOrDefault(fault => fault.Member == again.Member && fault.From.Mono <= again.Start.Mono && again.Start.Mono <= fault.Until.Mono);

    // The first did it before its fault, or after it but before it could know; and the record began again after the fault.
    private static bool Explains(Fault fault, Execution first, Execution again) =>
        fault.From.Mono <= again.Start.Mono && first.Start.Mono <= fault.Until.Mono;
}
