using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I1: every record of the broker's log was done. AtMostOnce has a rule of its own: a record whose handler began may be lost, and
/// a fault may lose one batch of each partition.
/// </summary>
internal sealed class NothingLost : IInvariant
{
    public string Id => "I1";

    public string Promise => "every produced record is handled";

    public IEnumerable<string> Check(RunHistory history)
    {
        var lost = Find(history);
        if (history.Settings.Cell.Strategy != CommitStrategy.AtMostOnce)
        {
            return lost.Select(static record => $"{Name(record)} was produced and never done");
        }

        var begun = history.Executions.Select(static execution => (execution.Partition, execution.Offset)).ToHashSet();
        var bound = Fault.Of(history).Count * history.Settings.MaxPollRecords;
        return lost.Where(record => !begun.Contains((record.Partition, record.Offset)))
            .GroupBy(static record => record.Partition)
            .Where(partition => partition.Count() > bound)
            .Select(partition => $"{partition.Count()} records of [{partition.Key}] never began, {bound} may: the first is {Name(partition.First())}");
    }

    /// <summary>The records that nobody has done.</summary>
    public static IReadOnlyList<ProducedRecord> Find(RunHistory history)
    {
        var done = history.Executions.Where(static execution => execution.IsDone).Select(static execution => (execution.Partition, execution.Offset)).ToHashSet();
        return [.. history.Produced.Where(record => !done.Contains((record.Partition, record.Offset)))];
    }

    private static string Name(ProducedRecord record) => FormattableString.Invariant($"[{record.Partition}] offset {record.Offset} (number {record.Number}, key {record.Key})");
}
