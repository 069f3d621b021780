using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary><c>Orders.Worker</c> is told to stop at bad moments, on a broker that is well.</summary>
public sealed class WorkerStopTests(TestBrokers brokers, ITestOutputHelper output) : ProcessTests(brokers.OfProcesses, output)
{
    private const int Partitions = 4;
    private const int Orders = 40;

    private static readonly TimeSpan EachBudget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forever = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(4);

    private readonly HandledOrders _handled = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sigterm_HandlersIgnoreTheirToken_EndsWithinTheBudgetAndTheNextStartRepeatsThemAlone(bool blocking)
    {
        var settings = await NewSettingsAsync() with { EachBudget = EachBudget, Blocking = blocking };
        var journal = NewJournal();
        var hung = Start("Orders.Worker", (settings with { IgnoresToken = true, MinDelay = Forever, MaxDelay = Forever }).ToCommandLine(journal));
        hung.WaitUntilSettled(Partitions);
        OrderStream.Produce(Broker.BootstrapServers, settings.Topic, Partitions, Orders);
        hung.WaitUntil(() => journal.Read().Count == Partitions, "a handler hangs in each partition");
        var exit = await hung.EndAsync(ProcessSignal.Terminate, (EachBudget * 3) + Slack);
        Assert.True(exit.Code == 0, $"Exit code {exit.Code}.\n{hung.Tail}");
        _handled.Add(journal);
        Assert.Equal(Partitions, hung.Output.Count(static line => line.Contains("the drain of", StringComparison.Ordinal)));

        // It has left the group all the same: the next one does not wait for its session of 45 s to end.
        await FinishAsync(settings);
        Assert.Equal(Enumerable.Range(0, Partitions).Select(static id => (long)id), _handled.Repeated(done: false).Order());
        Report(string.Create(CultureInfo.InvariantCulture, $"handlers hang, blocking {blocking}: SIGTERM to exit {exit.Took.TotalMilliseconds:0} ms of {EachBudget.TotalMilliseconds * 3:0}, exit code {exit.Code}"));
    }

    /// <summary>At its first sign of life, and at later ones: before the client is made, before it has joined, before it is assigned.</summary>
    [Fact]
    public async Task Sigterm_DuringTheStart_EndsAtOnceAndLeavesNoMemberBehind()
    {
        var settings = await NewSettingsAsync();
        for (var lines = 1; lines <= Rounds.Count(4); lines++)
        {
            var worker = Start("Orders.Worker", settings.ToCommandLine(NewJournal()));
            worker.WaitUntil(() => worker.Output.Count >= lines, $"it has written {lines} lines");
            var exit = await worker.EndAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(5));
            Assert.True(exit.Code == 0, $"Exit code {exit.Code} after {lines} lines.\n{worker.Tail}");
            await Wait.UntilAsync(async () => await GroupReader.MembersAsync(Broker.BootstrapServers, settings.Group) == 0, Slack);
            Report(string.Create(CultureInfo.InvariantCulture, $"SIGTERM after {lines} lines of the start: exit {exit.Took.TotalMilliseconds:0} ms later, exit code {exit.Code}, no member left"));
        }
    }

    [Fact]
    public async Task CtrlC_Twice_IsOneStopThatFinishesWhatRuns()
    {
        var settings = await NewSettingsAsync() with { MinDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(2) };
        var journal = NewJournal();
        var worker = Start("Orders.Worker", settings.ToCommandLine(journal));
        worker.WaitUntilSettled(Partitions);
        OrderStream.Produce(Broker.BootstrapServers, settings.Topic, Partitions, Orders);
        worker.WaitUntil(() => journal.Read().Count == Partitions, "a handler runs in each partition");
        worker.Signal(ProcessSignal.Interrupt);
        worker.WaitUntil(() => worker.Output.Any(static line => line.Contains("shutting down", StringComparison.Ordinal)), "it is stopping");
        var exit = await worker.EndAsync(ProcessSignal.Interrupt, TimeSpan.FromSeconds(5));
        Assert.True(exit.Code == 0, $"Exit code {exit.Code}.\n{worker.Tail}");
        _handled.Add(journal);
        Assert.Equal(Partitions, journal.DoneCount);

        await FinishAsync(settings with { MinDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero });
        Assert.Empty(_handled.Repeated(done: false));
        Report(string.Create(CultureInfo.InvariantCulture, $"Ctrl-C twice: exit {exit.Took.TotalMilliseconds:0} ms after the second, exit code {exit.Code}, repeated 0"));
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate)]
    [InlineData(ProcessSignal.Kill)]
    public async Task End_AnotherProcessTakesOver_AtOnceAfterSigtermAndAfterTheSessionAfterSigkill(int signal)
    {
        var settings = await NewSettingsAsync() with { SessionTimeout = Session, MaxDelay = TimeSpan.FromMilliseconds(5) };
        var (ends, stays) = (Start("Orders.Worker", settings.ToCommandLine(NewJournal())), Start("Orders.Worker", settings.ToCommandLine(NewJournal())));
        foreach (var worker in new[] { ends, stays })
        {
            worker.WaitUntil(() => Owned(worker) == Partitions / 2, "each process owns half of the partitions");
        }

        var endedAt = TimeProvider.System.GetTimestamp();
        var exit = await ends.EndAsync(signal, TimeSpan.FromSeconds(5));
        stays.WaitUntil(() => Owned(stays) == Partitions, "the other owns all of them");
        var took = TimeProvider.System.GetElapsedTime(endedAt);

        // The last heartbeat was up to a quarter of a session before the kill.
        Report(string.Create(CultureInfo.InvariantCulture, $"signal {signal}: exit code {exit.Code}, the other process owns everything {took.TotalMilliseconds:0} ms after it (session {Session.TotalMilliseconds:0} ms)"));
        Assert.Equal(signal == ProcessSignal.Terminate ? 0 : 128 + signal, exit.Code);
        Assert.Equal(signal == ProcessSignal.Kill, took > Session * 0.7);
    }

    /// <summary>The first of two processes with one instance id is fenced, which is the end of its workers.</summary>
    [Fact]
    public async Task Scenario29_StopHost_WorkerFails_EndsTheProcessWithExitCode1()
    {
        var settings = await NewSettingsAsync() with { GroupInstanceId = "same-{worker}", WhenWorkerFails = WorkerFailurePolicy.StopHost };
        var first = Start("Orders.Worker", settings.ToCommandLine(NewJournal()));
        first.WaitUntilSettled(Partitions);
        var second = Start("Orders.Worker", settings.ToCommandLine(NewJournal()));

        Assert.True(first.WaitUntilEnded(TimeSpan.FromSeconds(20)) == 1, first.Tail);
        Assert.Equal(0, (await second.EndAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(5))).Code);
    }

    /// <summary>How many partitions the workers of a process own, by the last that each has said.</summary>
    private static int Owned(SampleProcess worker) => Enumerable.Range(0, 2).Sum(index =>
    {
        var last = worker.Output.LastOrDefault(line => line.Contains($"orders/{index}:", StringComparison.Ordinal) && line.Contains("; owns ", StringComparison.Ordinal));
        return last is null ? 0 : int.Parse(last.Split("; owns ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    });

    private async Task FinishAsync(WorkerSettings settings)
    {
        var journal = NewJournal();
        var before = _handled.Rounds.SelectMany(static round => round).Where(static entry => entry.IsDone).Select(static entry => entry.Id).ToHashSet();
        var worker = Start("Orders.Worker", settings.ToCommandLine(journal));
        worker.WaitUntil(
            () => journal.Read().Where(static entry => entry.IsDone).Select(static entry => entry.Id).Concat(before).Distinct().Count() == Orders,
            "all orders are done", TimeSpan.FromSeconds(30));
        Assert.Equal(0, (await worker.EndAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(5))).Code);
        _handled.Add(journal);
    }

    private async Task<WorkerSettings> NewSettingsAsync() => new()
    {
        Broker = Broker,
        Topic = await Broker.CreateTopicAsync(Partitions),
        Group = KafkaBroker.UniqueName("group"),
        Strategy = CommitStrategy.Async,
        MinDelay = TimeSpan.Zero,
        MaxDelay = TimeSpan.Zero,
    };
}
