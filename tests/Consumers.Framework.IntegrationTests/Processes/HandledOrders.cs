namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>What the processes of a test have handled, one journal for each, in the order of their lives.</summary>
internal sealed class HandledOrders
{
    private readonly List<IReadOnlyList<JournalEntry>> _rounds = [];

    public IReadOnlyList<IReadOnlyList<JournalEntry>> Rounds => _rounds;

    public void Add(Journal journal) => _rounds.Add(journal.Read());

    /// <summary>Ids below the count that no process has done.</summary>
    public IReadOnlyList<long> Missing(long count)
    {
        var done = _rounds.SelectMany(static round => round).Where(static entry => entry.IsDone).Select(static entry => entry.Id).ToHashSet();
        return [.. Enumerable.Range(0, (int)count).Select(static id => (long)id).Where(id => !done.Contains(id))];
    }

    /// <summary>Ids that were done (or begun) more than once.</summary>
    public IReadOnlyList<long> Repeated(bool done) =>
        [.. _rounds.SelectMany(static round => round).Where(entry => entry.IsDone == done).GroupBy(static entry => entry.Id).Where(static group => group.Count() > 1).Select(static group => group.Key)];

    /// <summary>Where a process handled the records of a partition in another order than theirs, or two of them at a time.</summary>
    public IEnumerable<string> OrderViolations()
    {
        for (var round = 0; round < _rounds.Count; round++)
        {
            foreach (var partition in _rounds[round].GroupBy(static entry => entry.Partition))
            {
                foreach (var (before, after) in partition.Zip(partition.Skip(1)))
                {
                    if (after.IsDone ? before.IsDone || before.Offset != after.Offset : !before.IsDone || before.Offset >= after.Offset)
                    {
                        yield return $"round {round + 1}, partition {partition.Key}: {before} is followed by {after}";
                    }
                }
            }
        }
    }

    /// <summary>For each process: what of the records that it had done was begun again by a later one.</summary>
    public IReadOnlyList<IReadOnlyList<JournalEntry>> RepeatedOfEach()
    {
        var repeated = _rounds.Select(static _ => new List<JournalEntry>()).ToList();
        var lastDone = new Dictionary<long, (int Round, JournalEntry Entry)>();
        for (var round = 0; round < _rounds.Count; round++)
        {
            foreach (var entry in _rounds[round])
            {
                if (entry.IsDone)
                {
                    lastDone[entry.Id] = (round, entry);
                }
                else if (lastDone.Remove(entry.Id, out var before))
                {
                    repeated[before.Round].Add(before.Entry);
                }
            }
        }

        return repeated;
    }
}
