using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.TestKit.Processes;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>
/// The broker hangs (SIGSTOP) or dies (SIGKILL), then <c>Orders.Worker</c> is told to stop: it ends within its budget all the same, and says
/// what it gave up. The broker is these tests' own.
/// </summary>
public sealed class HungBrokerTests(TestBrokers brokers, ITestOutputHelper output) : ProcessTests(brokers.Hung, output)
{
    private const int Partitions = 4;
    private const int FewOrders = 40;
    private const int ManyOrders = 2_000;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EachBudget = TimeSpan.FromSeconds(1);

    // 19 s drain, 4 s final commit, 6 s close.
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromSeconds(29);

    private static readonly string[] Crashes = ["Unhandled exception", "Fatal error", "SIGSEGV", "SIGABRT", "Assertion", "AccessViolation"];

    private RealKafkaBroker Kafka => (RealKafkaBroker)Broker;

    [Fact]
    public Task Sigterm_BrokerIsFrozen_EndsWithinTheBudgetAndNamesWhatItGaveUp() =>
        StopAllAsync("SIGSTOP", Rounds.Count(1), EachBudget, EachBudget * 3, () => Kafka.Freeze(), ThawAsync);

    [Fact]
    public Task Sigterm_BrokerIsFrozen_EndsWithinTheDefaultBudget() => StopAllAsync("SIGSTOP", 1, null, DefaultBudget, () => Kafka.Freeze(), ThawAsync);

    [Fact]
    public Task Sigterm_BrokerIsDead_EndsWithinTheBudgetAndNamesWhatItGaveUp() =>
        StopAllAsync("SIGKILL", Rounds.Count(1), EachBudget, EachBudget * 3, () => Kafka.KillAsync().Wait(), () => Kafka.RestartAsync());

    private Task ThawAsync()
    {
        Kafka.Thaw();
        return Task.CompletedTask;
    }

    /// <summary>A worker for each protocol and load, all of which meet the fault together.</summary>
    private async Task StopAllAsync(string fault, int rounds, TimeSpan? eachBudget, TimeSpan budget, Action fail, Func<Task> repairAsync)
    {
        for (var round = 1; round <= rounds; round++)
        {
            var workers = new List<HungWorker>();
            foreach (var protocol in Enum.GetValues<GroupProtocol>())
            {
                foreach (var load in Enum.GetValues<StopLoad>())
                {
                    var settings = await NewSettingsAsync(load, protocol, eachBudget, blocking: (round + workers.Count) % 2 == 0);
                    var journal = NewJournal();
                    workers.Add(new HungWorker(Start("Orders.Worker", settings.ToCommandLine(journal)), load, settings, journal));
                }
            }

            // A hand-over between the workers of a process would commit what is to be uncommitted.
            workers.ForEach(static worker => worker.Process.WaitUntilSettled(Partitions));
            workers.ForEach(worker => OrderStream.Produce(
                Broker.BootstrapServers, worker.Settings.Topic, Partitions, worker.Load is StopLoad.Busy or StopLoad.Stuck ? ManyOrders : FewOrders));
            foreach (var worker in workers)
            {
                worker.Process.WaitUntil(() => IsReached(worker.Load, worker.Journal), $"the load is {worker.Load} in round {round}");
                if (worker.Load == StopLoad.Idle)
                {
                    await Wait.UntilAsync(async () =>
                        (await GroupReader.CommittedAsync(Broker.BootstrapServers, worker.Settings.Group, worker.Settings.Topic, Partitions)).Values.Sum() == FewOrders);
                }
            }

            fail();
            var exits = await Task.WhenAll(workers.Select(worker => worker.Process.EndAsync(ProcessSignal.Terminate, budget + Slack)));
            await repairAsync();

            foreach (var (worker, exit) in workers.Zip(exits))
            {
                var what = $"{fault}, {worker.Settings.Protocol}, {worker.Load}, round {round}";
                Assert.True(exit.Code == 0, $"{what}: exit code {exit.Code}.\n{worker.Process.Tail}");
                Assert.DoesNotContain(worker.Process.Output, static line => Crashes.Any(crash => line.Contains(crash, StringComparison.OrdinalIgnoreCase)));
                AssertNamesWhatIsGivenUp(worker.Load, worker.Settings.Topic, worker.Process, what);
            }

            Report(string.Create(CultureInfo.InvariantCulture,
                $"{fault}  budget {budget.TotalSeconds,2:0} s  round {round,3}  ended in time {exits.Length}  crashes 0  slowest {exits.Max(static exit => exit.Took).TotalMilliseconds,5:0} ms"));
        }
    }

    private static void AssertNamesWhatIsGivenUp(StopLoad load, string topic, SampleProcess worker, string what)
    {
        var output = worker.Output;
        if (load is StopLoad.Busy or StopLoad.IdleUncommitted)
        {
            Says("the final commit of", $"{topic}[");
            Says("orders/0: the client is given up", "");
            Says("orders/1: the client is given up", "");
        }

        if (load == StopLoad.IdleUncommitted)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                Says("the final commit of", $"{topic}[{partition}]");
            }
        }

        if (load == StopLoad.Stuck)
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                Says("the drain of", $"{topic}[{partition}]");
            }
        }

        void Says(string text, string name) => Assert.True(
            output.Any(line => line.Contains(text, StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal)),
            $"{what}: no line says '{text}' and names '{name}'.\n{worker.Tail}");
    }

    private static bool IsReached(StopLoad load, Journal journal) => load switch
    {
        StopLoad.Busy => journal.DoneCount > FewOrders,
        StopLoad.Stuck => journal.Read().Select(static entry => entry.Partition).Distinct().Count() == Partitions,
        _ => journal.DoneCount == FewOrders,
    };

    private async Task<WorkerSettings> NewSettingsAsync(StopLoad load, GroupProtocol protocol, TimeSpan? eachBudget, bool blocking) => new()
    {
        Broker = Broker,
        Topic = await Broker.CreateTopicAsync(Partitions),
        Group = KafkaBroker.UniqueName("group"),
        Protocol = protocol,
        Strategy = load == StopLoad.IdleUncommitted ? CommitStrategy.Auto : CommitStrategy.Async,
        Interval = load == StopLoad.IdleUncommitted ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(50),
        MinDelay = load == StopLoad.Stuck ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(5),
        MaxDelay = load == StopLoad.Stuck ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(60),
        Blocking = blocking,
        EachBudget = eachBudget,
    };

    private sealed record HungWorker(SampleProcess Process, StopLoad Load, WorkerSettings Settings, Journal Journal);
}
