using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>How long a record waited with nothing before it in its lane.</summary>
/// <param name="Record">The record.</param>
/// <param name="From">When it was produced, or the one before it ended.</param>
/// <param name="IsRetained">Whether its partition had the same owner all the time, under one assignment.</param>
internal sealed record Gap(Execution Record, Moment From, bool IsRetained)
{
    public TimeSpan Length => TimeSpan.FromMicroseconds(Math.Max(0, Record.Start.Wall - From.Wall));

    /// <summary>The gaps before the first attempts of all records, repeats left out.</summary>
    public static IEnumerable<Gap> Find(RunHistory history)
    {
        var produced = history.Produced.ToDictionary(static record => (record.Partition, record.Offset), static record => record.WallMilliseconds * 1_000);
        var ownerships = history.Members.SelectMany(Ownership.Of).ToLookup(static ownership => (ownership.Member, ownership.Partition));
        foreach (var lane in history.Executions.GroupBy(history.Lane))
        {
            Execution? before = null;
            foreach (var execution in lane)
            {
                if ((before is null || execution.Offset > before.Offset) && produced.TryGetValue((execution.Partition, execution.Offset), out var at))
                {
                    var from = Math.Max(at, before?.End?.Wall ?? 0);
                    var moment = new Moment(execution.Start.Mono - (execution.Start.Wall - from), from);
                    yield return new Gap(execution, moment, ownerships[(execution.Member, execution.Partition)]
                        .Any(ownership => ownership.From.Mono <= moment.Mono && (ownership.Until is not { } until || execution.Start.Mono <= until.Mono)));
                }

                before = execution;
            }
        }
    }
}
