using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary><c>Orders.Worker</c> is stopped and killed under load, and started again, on a Kafka in a process of its own.</summary>
public sealed class WorkerRestartTests(TestBrokers brokers, ITestOutputHelper output) : ProcessTests(brokers.OfProcesses, output)
{
    private const int Partitions = 4;

    // Handlers of 5 to 500 ms, one at a time in each of four partitions, are slower than this: records always wait.
    private const double OrdersPerSecond = 20;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Random _random = new();
    private readonly HandledOrders _handled = new();

    public static TheoryData<CommitStrategy> AtLeastOnce => [.. Enum.GetValues<CommitStrategy>().Where(strategy => strategy != CommitStrategy.AtMostOnce)];

    [Theory, MemberData(nameof(AtLeastOnce))]
    public async Task Sigterm_UnderLoadAgainAndAgain_LosesNothingAndRepeatsNothing(CommitStrategy strategy)
    {
        var rounds = Rounds.Count(3);
        var settings = await NewSettingsAsync(strategy);
        await using var stream = OrderStream.Start(Broker.BootstrapServers, settings.Topic, Partitions, OrdersPerSecond);
        var slowest = TimeSpan.Zero;
        long produced = 0;
        for (var round = 1; round <= rounds; round++)
        {
            var journal = NewJournal();
            var worker = Start("Orders.Worker", (settings with { Blocking = round % 2 == 0 }).ToCommandLine(journal));

            // A member that the process before had left behind would hold up the group for a session timeout (45 s).
            worker.WaitUntil(() => journal.DoneCount > 0, $"the first order is done in round {round}", TimeSpan.FromSeconds(30));
            var wanted = _random.Next(1, 30);
            worker.WaitUntil(() => journal.DoneCount >= wanted, $"{wanted} orders are done in round {round}");
            if (round == rounds)
            {
                produced = await stream.StopAsync();
                WaitUntilAllDone(worker, journal, produced);
            }

            var exit = await worker.EndAsync(ProcessSignal.Terminate, StopLimit);
            Assert.True(exit.Code == 0, $"Exit code {exit.Code} in round {round}.\n{worker.Tail}");
            slowest = exit.Took > slowest ? exit.Took : slowest;
            _handled.Add(journal);
        }

        var missing = _handled.Missing(produced);
        var repeated = _handled.Repeated(done: true).Union(_handled.Repeated(done: false)).ToList();
        Report(string.Create(CultureInfo.InvariantCulture,
            $"SIGTERM {strategy,-10} rounds {rounds,3}  records {produced,5}  lost {missing.Count}  repeated {repeated.Count}  slowest stop {slowest.TotalMilliseconds,5:0} ms"));
        Assert.True(missing.Count == 0, $"Lost: {string.Join(", ", missing)}.");
        Assert.True(repeated.Count == 0, $"Repeated: {string.Join(", ", repeated)}.");
        Assert.Empty(_handled.OrderViolations());
        Assert.Equal(produced, (await GroupReader.CommittedAsync(Broker.BootstrapServers, settings.Group, settings.Topic, Partitions)).Values.Sum());
    }

    [Theory, MemberData(nameof(AtLeastOnce))]
    public async Task Sigkill_UnderLoadAgainAndAgain_LosesNothingAndRepeatsWithinTheBound(CommitStrategy strategy)
    {
        var kills = Rounds.Count(2);
        var settings = await NewSettingsAsync(strategy);
        var (produced, killedAt) = await KillAgainAndAgainAsync(settings, kills);

        var bounds = Bounds(settings, killedAt);
        var repeated = _handled.RepeatedOfEach().Select(PerPartition).ToList();
        var missing = _handled.Missing(produced);
        Report(string.Create(CultureInfo.InvariantCulture,
            $"SIGKILL {strategy,-10} rounds {kills,3}  records {produced,5}  lost {missing.Count}  repeated {repeated.Sum(Sum)} (bound {bounds.Sum(Sum)})  each kill, seen/bound: {string.Join(' ', repeated.Zip(bounds, (seen, bound) => $"{Sum(seen)}/{Sum(bound)}").Take(kills))}"));
        Assert.True(missing.Count == 0, $"Lost: {string.Join(", ", missing)}.");
        Assert.Empty(_handled.OrderViolations());
        for (var kill = 0; kill < kills; kill++)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                Assert.True(repeated[kill][partition] <= bounds[kill][partition],
                    $"Kill {kill + 1} repeated {repeated[kill][partition]} records of partition {partition}; the bound is {bounds[kill][partition]}.");
            }
        }

        Assert.Equal(0, Sum(repeated[kills]));
    }

    [Fact]
    public async Task Sigkill_AtMostOnce_RepeatsNothingAndLosesAtMostABatchOfEachPartition()
    {
        var kills = Rounds.Count(2);
        var settings = await NewSettingsAsync(CommitStrategy.AtMostOnce);
        var (produced, _) = await KillAgainAndAgainAsync(settings, kills);

        var lost = _handled.Missing(produced);
        var repeated = _handled.Repeated(done: false);
        Report(string.Create(CultureInfo.InvariantCulture,
            $"SIGKILL {CommitStrategy.AtMostOnce,-10} rounds {kills,3}  records {produced,5}  lost {lost.Count} (bound {kills * Partitions * settings.MaxPollRecords})  repeated {repeated.Count}"));
        Assert.True(repeated.Count == 0, $"Repeated: {string.Join(", ", repeated)}.");
        Assert.Empty(_handled.OrderViolations());
        foreach (var partition in DoneByRound().GroupBy(static done => done.Entry.Partition))
        {
            foreach (var (before, after) in partition.Zip(partition.Skip(1)))
            {
                var gap = after.Entry.Offset - before.Entry.Offset - 1;
                var bound = (after.Round - before.Round) * settings.MaxPollRecords;
                Assert.True(gap <= bound,
                    $"Between {before.Entry.Offset} (round {before.Round + 1}) and {after.Entry.Offset} (round {after.Round + 1}) of partition {partition.Key} {gap} records are lost; the bound is {bound}.");
            }
        }
    }

    /// <summary>Kills a process in each round; the last one ends in order when everything is done.</summary>
    private async Task<(long Produced, IReadOnlyList<DateTimeOffset> KilledAt)> KillAgainAndAgainAsync(WorkerSettings settings, int kills)
    {
        settings = settings with { SessionTimeout = TimeSpan.FromSeconds(3) };
        await using var stream = OrderStream.Start(Broker.BootstrapServers, settings.Topic, Partitions, OrdersPerSecond);
        var killedAt = new List<DateTimeOffset>();
        for (var kill = 1; kill <= kills; kill++)
        {
            var journal = NewJournal();
            var worker = Start("Orders.Worker", (settings with { Blocking = kill % 2 == 0 }).ToCommandLine(journal));

            // While a rebalance defers commits they are older than an interval.
            worker.WaitUntilSettled(Partitions);
            var wanted = journal.DoneCount + _random.Next(8, 40);
            worker.WaitUntil(() => journal.DoneCount >= wanted, $"{wanted} orders are done in round {kill}");
            killedAt.Add(TimeProvider.System.GetUtcNow());
            Assert.Equal(128 + ProcessSignal.Kill, (await worker.EndAsync(ProcessSignal.Kill, StopLimit)).Code);
            _handled.Add(journal);
        }

        var last = NewJournal();
        var survivor = Start("Orders.Worker", settings.ToCommandLine(last));
        survivor.WaitUntilSettled(Partitions);
        var produced = await stream.StopAsync();
        if (settings.Strategy == CommitStrategy.AtMostOnce)
        {
            WaitUntilEndsDone(survivor, last, produced);
        }
        else
        {
            WaitUntilAllDone(survivor, last, produced);
        }

        Assert.Equal(0, (await survivor.EndAsync(ProcessSignal.Terminate, StopLimit)).Code);
        _handled.Add(last);
        return (produced, killedAt);
    }

    private IEnumerable<(int Round, JournalEntry Entry)> DoneByRound() => _handled.Rounds
        .SelectMany(static (round, index) => round.Where(static entry => entry.IsDone).Select(entry => (Round: index, Entry: entry)));

    private void WaitUntilAllDone(SampleProcess worker, Journal journal, long produced)
    {
        var before = _handled.Rounds.SelectMany(static round => round).Where(static entry => entry.IsDone).Select(static entry => entry.Id).ToHashSet();
        worker.WaitUntil(
            () => journal.Read().Where(static entry => entry.IsDone).Select(static entry => entry.Id).Concat(before).Distinct().Count() >= produced,
            $"all {produced} orders are done", TimeSpan.FromMinutes(5));
    }

    /// <summary>What was lost leaves no trace: the end is known by the last order of each partition, which was produced after the last kill.</summary>
    private static void WaitUntilEndsDone(SampleProcess worker, Journal journal, long produced) => worker.WaitUntil(
        () => journal.Read().Count(entry => entry.IsDone && entry.Id >= produced - Partitions) == Partitions,
        "the last order of each partition is done", TimeSpan.FromMinutes(5));

    private List<int[]> Bounds(WorkerSettings settings, IReadOnlyList<DateTimeOffset> killedAt) =>
        [.. killedAt.Select((at, kill) => Enumerable.Range(0, Partitions)
            .Select(partition => RepeatBound.Of(settings, [.. _handled.Rounds[kill].Where(entry => entry.Partition == partition)], at))
            .ToArray())];

    private static int[] PerPartition(IReadOnlyList<JournalEntry> entries) =>
        [.. Enumerable.Range(0, Partitions).Select(partition => entries.Count(entry => entry.Partition == partition))];

    private static int Sum(int[] counts) => counts.Sum();

    private async Task<WorkerSettings> NewSettingsAsync(CommitStrategy strategy) => new()
    {
        Broker = Broker,
        Topic = await Broker.CreateTopicAsync(Partitions),
        Group = KafkaBroker.UniqueName("group"),
        Strategy = strategy,
        MaxPollRecords = 10,
        MaxUncommitted = 6,
        Interval = strategy switch
        {
            CommitStrategy.Async => TimeSpan.FromMilliseconds(200),

            // Long enough for several of the slow handlers.
            CommitStrategy.Auto or CommitStrategy.Sync => TimeSpan.FromSeconds(2),
            _ => null,
        },
    };
}
