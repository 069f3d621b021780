using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>How long a partition stood still: a record of it waited, and none was in a handler.</summary>
/// <param name="Record">The record that waited.</param>
/// <param name="From">When it was produced, or the last handler of the partition ended.</param>
/// <param name="IsRetained">Whether its partition had the same owner all the time, under one assignment.</param>
internal sealed record Gap(Execution Record, Moment From, bool IsRetained)
{
    public TimeSpan Length => Record.Start.Since(From);

    /// <summary>The gaps of all partitions, repeats left out.</summary>
    public static IEnumerable<Gap> Find(RunHistory history)
    {
        var produced = history.Produced.ToDictionary(static record => (record.Partition, record.Offset), static record => record.WallMilliseconds * 1_000);
        var ownerships = history.Members.SelectMany(Ownership.Of).ToLookup(static ownership => (ownership.Member, ownership.Partition));
        foreach (var partition in history.Executions.GroupBy(static execution => execution.Partition))
        {
            var highest = -1L;
            var busyUntil = 0L;
            foreach (var execution in partition)
            {
                if (execution.Offset > highest && produced.TryGetValue((execution.Partition, execution.Offset), out var at))
                {
                    highest = execution.Offset;
                    var from = Math.Max(at, busyUntil);
                    if (from < execution.Start.Wall)
                    {
                        var moment = new Moment(execution.Start.Mono - (execution.Start.Wall - from), from);
                        yield return new Gap(execution, moment, Stayed(ownerships[(execution.Member, execution.Partition)], moment, execution.Start));
                    }
                }

                busyUntil = Math.Max(busyUntil, execution.End?.Wall ?? execution.Start.Wall);
            }
        }
    }

    private static bool Stayed(IEnumerable<Ownership> ownerships, Moment from, Moment until) => ownerships.Any(ownership =>
        ownership.From.Mono <= from.Mono && (ownership.Until is not { } end || until.Mono <= end.Mono));
}
