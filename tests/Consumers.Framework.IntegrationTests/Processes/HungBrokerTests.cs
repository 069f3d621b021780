using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.TestKit.Processes;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary>
/// The broker hangs (SIGSTOP) or dies (SIGKILL), then <c>Orders.Worker</c> is told to stop: it ends within its budget all the same, and says
/// what it gave up. The broker is this test's own.
/// </summary>
public sealed class HungBrokerTests(ITestOutputHelper output) : ProcessTests(new RealKafkaBroker(), output)
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

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Broker.DisposeAsync();
    }

    [Theory, InlineData(GroupProtocol.Classic), InlineData(GroupProtocol.Consumer)]
    public Task Sigterm_BrokerIsFrozen_EndsWithinTheBudgetAndNamesWhatItGaveUp(GroupProtocol protocol) =>
        StopAgainAndAgainAsync("SIGSTOP", protocol, Rounds.Count(3), EachBudget, EachBudget * 3, () => Kafka.Freeze(), () =>
        {
            Kafka.Thaw();
            return Task.CompletedTask;
        });

    [Theory, InlineData(GroupProtocol.Classic), InlineData(GroupProtocol.Consumer)]
    public Task Sigterm_BrokerIsFrozen_EndsWithinTheDefaultBudget(GroupProtocol protocol) =>
        StopAgainAndAgainAsync("SIGSTOP", protocol, 3, null, DefaultBudget, () => Kafka.Freeze(), () =>
        {
            Kafka.Thaw();
            return Task.CompletedTask;
        });

    [Theory, InlineData(GroupProtocol.Classic), InlineData(GroupProtocol.Consumer)]
    public Task Sigterm_BrokerIsDead_EndsWithinTheBudgetAndNamesWhatItGaveUp(GroupProtocol protocol) =>
        StopAgainAndAgainAsync("SIGKILL", protocol, Math.Max(2, Rounds.Count(2) / 5), EachBudget, EachBudget * 3, () => Kafka.KillAsync().Wait(), () => Kafka.RestartAsync());

    private async Task StopAgainAndAgainAsync(
        string fault, GroupProtocol protocol, int rounds, TimeSpan? eachBudget, TimeSpan budget, Action fail, Func<Task> repairAsync)
    {
        var slowest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            var load = (StopLoad)(round % Enum.GetValues<StopLoad>().Length);
            var settings = await NewSettingsAsync(load, protocol, eachBudget, blocking: round % 2 == 1);
            var journal = NewJournal();
            var worker = Start("Orders.Worker", settings.ToCommandLine(journal));

            // A hand-over between the workers would commit what is to be uncommitted.
            worker.WaitUntilSettled(Partitions);
            OrderStream.Produce(Broker.BootstrapServers, settings.Topic, Partitions, load is StopLoad.Busy or StopLoad.Stuck ? ManyOrders : FewOrders);
            worker.WaitUntil(() => IsReached(load, journal), $"the load is {load} in round {round + 1}");
            if (load == StopLoad.Idle)
            {
                await Wait.UntilAsync(async () => (await GroupReader.CommittedAsync(Broker.BootstrapServers, settings.Group, settings.Topic, Partitions)).Values.Sum() == FewOrders);
            }

            fail();
            var exit = await worker.EndAsync(ProcessSignal.Terminate, budget + Slack);
            await repairAsync();

            slowest = exit.Took > slowest ? exit.Took : slowest;
            var what = $"{fault}, {protocol}, {load}, round {round + 1}";
            Assert.True(exit.Code == 0, $"{what}: exit code {exit.Code}.\n{worker.Tail}");
            Assert.DoesNotContain(worker.Output, static line => Crashes.Any(crash => line.Contains(crash, StringComparison.OrdinalIgnoreCase)));
            AssertNamesWhatIsGivenUp(load, settings.Topic, worker, what);
        }

        Report(string.Create(CultureInfo.InvariantCulture,
            $"{fault} {protocol,-8} budget {budget.TotalSeconds,2:0} s  rounds {rounds,3}  ended in time {rounds,3}  crashes 0  slowest {slowest.TotalMilliseconds,5:0} ms"));
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
}
