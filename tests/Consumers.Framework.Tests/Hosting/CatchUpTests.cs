using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What a wait for a consumer to catch up waits for, and when it gives up.</summary>
public sealed class CatchUpTests
{
    private readonly TaskCompletionSource _handler = new();

    [Fact]
    public async Task WaitForCatchUp_AfterItWasAtItsEnd_WaitsForTheEndOfNow()
    {
        await using var host = Host();
        var source = await host.StartWithAsync(0);
        source.End(0, 0);
        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        host.Ends[0] = 2;

        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        source.Deliver(0, start: 0, count: 2);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        host.Ends[0] = 100;
        Assert.False(wait.IsCompleted);
        _handler.SetResult();

        await host.Clock.RunUntilAsync(wait);
        Assert.Equal(2, source.Commits[^1].Offset.Value);
        Assert.Equal(2, host.Ends.Asked);
    }

    /// <summary>What lies behind the last record (a transaction's marker, what was compacted) is passed when the client comes to the end.</summary>
    [Fact]
    public async Task WaitForCatchUp_NoRecordBeforeTheEnd_EndsWhenTheClientHasBeenThere()
    {
        await using var host = Host();
        host.Ends[0] = 9;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 3, count: 1);
        source.End(0, 9);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        await source.PollsAsync(3);
        Assert.False(wait.IsCompleted);

        _handler.SetResult();

        await host.Clock.RunUntilAsync(wait);
    }

    [Theory]
    [InlineData(CommitStrategy.Async)]
    [InlineData(CommitStrategy.Auto)]
    public async Task WaitForCatchUp_CommitIsNotDue_HasItMadeNow(CommitStrategy strategy)
    {
        await using var host = Host(options =>
        {
            options.Commit.Strategy = strategy;
            options.Commit.Interval = TimeSpan.FromMinutes(10);
        });
        host.Ends[0] = 2;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        source.Deliver(0, start: 1, count: 1);
        _handler.SetResult();

        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, source.Commits[^1].Offset.Value);
    }

    [Fact]
    public async Task WaitForCatchUp_CommitIsRefused_WaitsUntilOneIsNot()
    {
        await using var host = Host();
        host.Ends[0] = 1;
        _handler.SetResult();
        var refused = true;
        host.Sources.Prepare = source => source.Committer.Answer = points => Volatile.Read(ref refused)
            ? FakeOffsetCommitter.Whole(points, ErrorCode.GroupCoordinatorNotAvailable)
            : FakeOffsetCommitter.Refusals.None;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        host.Clock.RunUntil(() => source.Commits.Count > 1);
        Assert.False(wait.IsCompleted);

        Volatile.Write(ref refused, false);

        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_StrategyIsManualAndTheHandlerCommitsNothing_Ends()
    {
        await using var host = Host(static options => options.Commit.Strategy = CommitStrategy.Manual);
        host.Ends[0] = 1;
        _handler.SetResult();
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);

        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));

        Assert.Equal(1, host.Orders.GetSnapshot().Handled);
        Assert.Empty(source.Commits);
    }

    /// <summary>Between its revocation at one worker and its assignment at another a partition is nobody's for up to a heartbeat.</summary>
    [Fact]
    public async Task WaitForCatchUp_PartitionIsOnItsWayToAnotherWorker_WaitsForItThere()
    {
        await using var host = Host(static options => options.Workers = 2);
        host.Ends[1] = 1;
        await host.StartAsync();
        FakeSource[] sources = [host.Sources.Next(), host.Sources.Next()];
        sources[0].Give(0, 1);
        sources[1].Give();
        await host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();
        sources[0].Take(1);
        Waiting.Until(() => Partitions(host) == 1);

        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Ends.Asked == 1);
        await sources[1].PollsAsync(3);
        Assert.False(wait.IsCompleted);
        sources[1].Give(1);
        sources[1].Deliver(1, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        Assert.False(wait.IsCompleted);
        _handler.SetResult();

        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_AnotherMemberTakesThePartition_IsNotWaitedForLong()
    {
        await using var host = Host();
        host.Ends[1] = 1;
        var source = await host.StartWithAsync(0, 1);
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        source.Take(1);
        Waiting.Until(() => Partitions(host) == 1);
        host.Clock.Advance(TimeSpan.FromSeconds(9));
        await source.PollsAsync(3);
        Assert.False(wait.IsCompleted);

        host.Clock.Advance(TimeSpan.FromSeconds(2));

        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_NoBrokerAnswers_AsksAgain()
    {
        await using var host = Host();
        host.Ends.Failure = new KafkaException(new Error(ErrorCode.Local_TimedOut, "no broker"));
        await host.StartWithAsync(0);
        using var patience = new CancellationTokenSource();
        var given = host.Orders.WaitForCatchUpAsync(patience.Token);
        Waiting.Until(() => host.Ends.Asked == 1);
        await patience.CancelAsync();
        Assert.Equal(
            "The wait was ended before consumer 'orders' had caught up: no broker has said where its partitions end: no broker.",
            (await Assert.ThrowsAsync<OperationCanceledException>(() => given.Soon())).Message);

        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Ends.Asked == 2);
        host.Ends.Failure = null;

        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_BeforeTheStart_WaitsForIt()
    {
        await using var host = Host();
        host.Ends[0] = 1;
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        Assert.False(wait.IsCompleted);

        _handler.SetResult();

        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_OfTheLastOffsetThatThereIs_WaitsForIt()
    {
        await using var host = Host();
        var source = await host.StartWithAsync(0);
        _handler.SetResult();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Worker.Handled == 1);
        using var patience = new CancellationTokenSource();
        var wait = host.Orders.WaitForCatchUpAsync(new TopicPartitionOffset("orders", 0, long.MaxValue), patience.Token);
        await patience.CancelAsync();

        Assert.Contains("of 9223372036854775807", (await Assert.ThrowsAsync<OperationCanceledException>(() => wait.Soon())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForCatchUp_TokenIsCancelled_SaysHowFarItIs()
    {
        await using var host = Host();
        host.Ends[0] = 7;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 4, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        using var patience = new CancellationTokenSource();
        var wait = host.Orders.WaitForCatchUpAsync(patience.Token);
        Waiting.Until(() => host.Ends.Asked == 1);

        await patience.CancelAsync();

        var thrown = await Assert.ThrowsAsync<OperationCanceledException>(() => wait.Soon());
        Assert.Equal("The wait was ended before consumer 'orders' had caught up: orders[0] is handled up to 4 of 7 (Running, 1 in flight).", thrown.Message);
        Assert.Equal(patience.Token, thrown.CancellationToken);
        _handler.SetResult();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForCatchUp_StoppedMeanwhile_SaysSo(bool byTheHost)
    {
        await using var host = Host();
        host.Ends[0] = 7;
        await host.StartWithAsync(0);
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Ends.Asked == 1);

        await (byTheHost ? host.StopAsync(TestContext.Current.CancellationToken) : host.Orders.StopAsync(TestContext.Current.CancellationToken)).Soon();

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.Clock.RunUntilAsync(wait));
        Assert.Equal(byTheHost ? typeof(OperationCanceledException) : typeof(InvalidOperationException), thrown.GetType());
        Assert.StartsWith(
            byTheHost ? "The host stops, and consumer 'orders' has not caught up: " : "Consumer 'orders' was stopped before it had caught up: ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForCatchUp_Paused_SaysSoUnlessEverythingIsHandled()
    {
        await using var host = Host();
        host.Ends[0] = 1;
        _handler.SetResult();
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        host.Orders.Pause();
        Waiting.Until(() => source.Paused.Count == 1 && host.Worker.Partitions[0].State == PartitionState.Paused);
        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        host.Ends[0] = 2;

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken)));

        Assert.Equal("Consumer 'orders' is paused and has not caught up: orders[0] is handled up to 1 of 2 (Paused, 0 in flight). Resume it, and wait again.", thrown.Message);
        host.Orders.Resume();
        var wait = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        source.Deliver(0, start: 1, count: 1);
        await host.Clock.RunUntilAsync(wait);
    }

    [Fact]
    public async Task WaitForCatchUp_OfARecord_WaitsForItAndNoLonger()
    {
        await using var host = Host();
        host.Ends[0] = 100;
        var next = new TaskCompletionSource();
        host.Probe.Handler = (context, _) => new ValueTask(context.Offset == 5 ? _handler.Task : next.Task);
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 5, count: 2);

        var wait = host.Orders.WaitForCatchUpAsync(new TopicPartitionOffset("orders", 0, 5), TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        Assert.False(wait.IsCompleted);
        _handler.SetResult();

        await host.Clock.RunUntilAsync(wait);
        Assert.Equal(6, source.Commits[^1].Offset.Value);
        Assert.Equal(0, host.Ends.Asked);
        next.SetResult();
    }

    [Fact]
    public async Task WaitForCatchUp_OfARecordThatIsNone_IsRefused()
    {
        await using var host = Host();
        var token = TestContext.Current.CancellationToken;
        await host.StartWithAsync(0);

        Assert.Equal(
            "Consumer 'orders' does not consume the topic 'payments'; it consumes orders. (Parameter 'record')",
            (await Assert.ThrowsAsync<ArgumentException>(() => host.Orders.WaitForCatchUpAsync(new TopicPartitionOffset("payments", 0, 5), token))).Message);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Orders.WaitForCatchUpAsync(new TopicPartitionOffset("orders", 0, Offset.End), token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Orders.WaitForCatchUpAsync(new TopicPartitionOffset("orders", Partition.Any, 5), token));
    }

    private ConsumerHost Host(Action<KafkaConsumerOptions>? configure = null)
    {
        var host = ConsumerHost.OfOrders(configure);
        host.Probe.Handler = (_, _) => new ValueTask(_handler.Task);
        return host;
    }

    private static int Partitions(ConsumerHost host) => host.Orders.GetSnapshot().Workers.Sum(static worker => worker.Partitions.Count);
}
