using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// A hand-over in order repeats nothing but, with keys, what was done behind a record that failed and was given up; and a partition is taken
/// from nobody without a fault. A fault repeats at most what the commit strategy allows of each partition.
/// </summary>
internal sealed class RepeatsBounded : IInvariant
{
    public string Id => "repeats";

    public string Promise => "nothing is repeated without a fault, and no more than its bound with one";

    public IEnumerable<string> Check(RunHistory history)
    {
        var repeats = Repeat.Find(history);
        foreach (var repeat in repeats.Where(static repeat => !repeat.IsExplained))
        {
            yield return $"{repeat.First} began again: {repeat.Again}";
        }

        foreach (var partition in repeats.Where(static repeat => repeat.Cause is not null).GroupBy(static repeat => (repeat.Cause, repeat.First.Partition)))
        {
            var bound = RepeatBound.Of(history, partition.Key.Cause!, partition.Key.Partition);
            var records = partition.Select(static repeat => repeat.First.Offset).Distinct().Count();
            if (records > bound)
            {
                yield return $"{partition.Key.Cause} repeated {records} records of [{partition.Key.Partition}], {bound} are allowed: the first is {partition.First().First}, again {partition.First().Again}";
            }
        }

        var faults = Fault.Of(history);
        foreach (var lost in history.Members.SelectMany(Ownership.Of).Where(static ownership => ownership.IsLost))
        {
            if (!faults.Any(fault => fault.Member == lost.Member && fault.From.Mono <= lost.Until!.Value.Mono))
            {
                yield return $"{lost.Member}/{lost.Worker} lost [{lost.Partition}] at {RunHistory.Text(lost.Until!.Value)}, and nothing had happened to it";
            }
        }
    }
}
