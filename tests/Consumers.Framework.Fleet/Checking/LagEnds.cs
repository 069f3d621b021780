using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>I6: after every step all partitions have an owner again, and after the last one the lag is 0 in time.</summary>
internal sealed class LagEnds : IInvariant
{
    public string Id => "I6";

    public string Promise => "the group settles, and the lag is 0 in time";

    public IEnumerable<string> Check(RunHistory history)
    {
        foreach (var unsettled in history.EventsOf("unsettled"))
        {
            yield return $"at {RunHistory.Text(unsettled.At)} not every partition had an owner, or not every worker a partition";
        }

        if (history.Quiet is not { } quiet)
        {
            yield return "the run did not come to its end";
            yield break;
        }

        var committed = history.Commits.GroupBy(static commit => commit.Partition).ToDictionary(static partition => partition.Key, static partition => partition.Last());
        foreach (var partition in history.Produced.GroupBy(static record => record.Partition))
        {
            var end = partition.Max(static record => record.Offset) + 1;
            var last = committed.GetValueOrDefault(partition.Key);
            if (last.Offset != end)
            {
                yield return FormattableString.Invariant($"[{partition.Key}] ends at {end} and is committed up to {last.Offset}");
            }
            else if (last.WallMilliseconds * 1_000 > quiet.Add(history.Settings.CatchUp).Wall)
            {
                yield return FormattableString.Invariant($"[{partition.Key}] was committed to its end only {(last.WallMilliseconds * 1_000 - quiet.Wall) / 1_000_000.0:0.0} s after the end of the steps");
            }
        }
    }
}
