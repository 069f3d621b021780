using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>How many records of one partition one fault of its owner may repeat, by what each commit strategy promises.</summary>
internal static class RepeatBound
{
    /// <summary>What a broker may take for a commit, and a thread to get its turn, on a busy machine.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(1);

    public static int Of(RunHistory history, Fault fault, int partition)
    {
        var settings = history.Settings;
        if (settings.Cell.Strategy == CommitStrategy.AtMostOnce)
        {
            return 0;
        }

        var own = history.Executions.Where(execution => execution.Member == fault.Member && execution.Partition == partition).ToList();
        var done = own.Where(execution => execution.IsDone && execution.End!.Value.Mono <= fault.From.Mono).ToList();

        // A member that stood still goes on with what it had until it learns that the partition is not its own any more.
        var after = fault.Kind == Fault.Kill ? 0 : GoneOn(history, fault, partition, own);
        return after + BeforeTheFault(history, fault, done);
    }

    private static int GoneOn(RunHistory history, Fault fault, int partition, List<Execution> own)
    {
        var learned = history.Members.Where(member => member.Name == fault.Member).SelectMany(Ownership.Of)
            .Where(ownership => ownership.Partition == partition && ownership.From.Mono <= fault.From.Mono)
            .Select(static ownership => ownership.ClosedAt?.Mono ?? long.MaxValue)
            .DefaultIfEmpty(long.MaxValue)
            .Last();
        return own.Count(execution => execution.Start.Mono <= Math.Min(learned, fault.Until.Mono) && (execution.End is not { } end || end.Mono > fault.From.Mono));
    }

    private static int BeforeTheFault(RunHistory history, Fault fault, List<Execution> done)
    {
        var settings = history.Settings;

        // With keys a slow record holds back the commit of those behind it.
        var slowest = settings.Cell.Ordering == RecordOrdering.Partition ? TimeSpan.Zero : settings.LongestHandler;
        var since = fault.From.Add(-((settings.CommitInterval ?? TimeSpan.Zero) + Latency + slowest)).Mono;
        return settings.Cell.Strategy switch
        {
            // The next record of a lane starts after the acknowledgement: one record of each is in hand, or its commit is.
            CommitStrategy.PerRecord => Math.Min(done.Count, done.Select(history.Lane).Distinct().Count()),

            // The handler waits for its commit. With keys there is none to wait for while an earlier record holds it back.
            CommitStrategy.Manual when settings.Cell.Ordering == RecordOrdering.Partition => Math.Min(done.Count, 1),

            // One batch: no more than a poll gives, and no more than starts within an interval and ends by the fault.
            CommitStrategy.Sync => Math.Min(settings.MaxPollRecords, done.Count(execution => execution.End!.Value.Mono >= since - Microseconds(settings.LongestHandler))),

            // What was done since the last acknowledged commit was sent.
            _ => Math.Min(settings.MaxUncommitted, done.Count(execution => execution.End!.Value.Mono >= since)),
        };
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
