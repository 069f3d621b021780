using Consumers.Framework.Configuration;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>How many records of one partition the death of a process may repeat, by what each commit strategy promises.</summary>
internal static class RepeatBound
{
    /// <summary>What a broker may take for a commit, and a thread to get its turn, on a busy machine.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(500);

    /// <param name="settings">The process's settings.</param>
    /// <param name="entries">What it journaled of the partition.</param>
    /// <param name="killedAt">When it was killed.</param>
    public static int Of(WorkerSettings settings, IReadOnlyList<JournalEntry> entries, DateTimeOffset killedAt)
    {
        var done = entries.Where(static entry => entry.IsDone).ToList();
        return settings.Strategy switch
        {
            // The next record starts after the acknowledgement: one record is in hand, or its commit is.
            CommitStrategy.PerRecord or CommitStrategy.Manual => Math.Min(1, done.Count),

            // One batch: the records that started within an interval, and no more than a poll gives.
            CommitStrategy.Sync => Math.Min(settings.MaxPollRecords, StartedWithin(settings, entries, done)),

            // What was done since the last acknowledged commit was sent.
            CommitStrategy.Async or CommitStrategy.Auto => Math.Min(
                settings.MaxUncommitted, done.Count(entry => entry.Time >= killedAt - settings.Interval!.Value - Latency)),

            _ => 0,
        };
    }

    private static int StartedWithin(WorkerSettings settings, IReadOnlyList<JournalEntry> entries, List<JournalEntry> done)
    {
        if (done.Count == 0)
        {
            return 0;
        }

        var starts = entries.Where(static entry => !entry.IsDone).ToDictionary(static entry => entry.Offset, static entry => entry.Time);
        var first = starts[done[^1].Offset] - settings.Interval!.Value - Latency;
        return done.Count(entry => starts[entry.Offset] >= first);
    }
}
