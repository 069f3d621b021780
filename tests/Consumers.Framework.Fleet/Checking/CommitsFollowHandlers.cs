using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I2: when the broker takes a commit, every record below it is done. With AtMostOnce the other way round: when a record begins, a commit
/// beyond it has been taken.
/// </summary>
/// <remarks>The broker's time is cut off to a millisecond, a journal's is not: hence the tolerance.</remarks>
internal sealed class CommitsFollowHandlers : IInvariant
{
    private const long ToleranceMicroseconds = 2_000;

    public string Id => "I2";

    public string Promise => "a commit covers only what is done";

    public IEnumerable<string> Check(RunHistory history) =>
        history.Settings.Cell.Strategy == CommitStrategy.AtMostOnce ? CheckAhead(history) : CheckBehind(history);

    private static IEnumerable<string> CheckBehind(RunHistory history)
    {
        var firstDone = history.Executions.Where(static execution => execution.IsDone)
            .GroupBy(static execution => (execution.Partition, execution.Offset))
            .ToDictionary(static record => record.Key, static record => record.Min(static execution => execution.End!.Value.Wall));
        foreach (var partition in history.Commits.GroupBy(static commit => commit.Partition))
        {
            // Commits of a partition come in order (I3 sees to it), so the walk over the offsets is one.
            var next = 0L;
            var latest = (Offset: -1L, Wall: 0L);
            foreach (var commit in partition)
            {
                for (; next < commit.Offset; next++)
                {
                    var wall = firstDone.GetValueOrDefault((partition.Key, next), long.MaxValue);
                    latest = wall > latest.Wall ? (next, wall) : latest;
                }

                if (latest.Offset >= 0 && latest.Wall > Microseconds(commit.WallMilliseconds) + ToleranceMicroseconds)
                {
                    yield return FormattableString.Invariant(
                        $"[{partition.Key}] was committed up to {commit.Offset} at {Text(commit.WallMilliseconds)}, and offset {latest.Offset} was {(latest.Wall == long.MaxValue ? "never done" : $"done at {Text(latest.Wall / 1_000)}")}");
                }
            }
        }
    }

    private static IEnumerable<string> CheckAhead(RunHistory history)
    {
        foreach (var partition in history.Executions.GroupBy(static execution => execution.Partition))
        {
            var commits = history.Commits.Where(commit => commit.Partition == partition.Key).ToList();
            foreach (var execution in partition)
            {
                if (!commits.Exists(commit => commit.Offset > execution.Offset && Microseconds(commit.WallMilliseconds) <= execution.Start.Wall + ToleranceMicroseconds))
                {
                    yield return $"{execution} began before a commit covered it";
                }
            }
        }
    }

    private static long Microseconds(long milliseconds) => milliseconds * 1_000;

    private static string Text(long milliseconds) => RunHistory.Text(new Moment(0, Microseconds(milliseconds)));
}
