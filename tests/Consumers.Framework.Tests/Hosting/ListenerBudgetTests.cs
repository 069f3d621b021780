using System.Globalization;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>For how long a worker waits for its listeners, at most.</summary>
public sealed class ListenerBudgetTests
{
    private readonly ListenerProbe _probe = new();

    [Fact]
    public async Task Call_HonoursItsTokenAtTheDeadline_WorkerGoesOnAndSaysSo()
    {
        await using var host = _probe.Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50));
        _probe.Body = static async (what, _, token) =>
        {
            if (what == "assigned")
            {
                await Task.Delay(Timeout.Infinite, token);
            }
        };

        var source = await StartGivenUpAsync(host);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        var entry = Assert.Single(host.Logged(EventIds.ListenerGivenUp));
        Assert.StartsWith("orders/0: ProbeListener.OnAssignedAsync has not returned after 00:00:0", entry.Message, StringComparison.Ordinal);
        Assert.Empty(host.Logged(EventIds.ListenerFailed));
        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
    }

    [Fact]
    public async Task Call_IgnoresItsToken_NextOnesAreSkippedUntilItHasReturnedAndNeverOverlap()
    {
        await using var host = _probe.Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50));
        var stubborn = new TaskCompletionSource();
        _probe.Body = (what, context, _) => what == "assigned" && context.Partitions[0].Partition.Value == 0 ? new ValueTask(stubborn.Task) : ValueTask.CompletedTask;
        var source = await StartGivenUpAsync(host);
        source.Give(1);
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerSkipped).Count > 0);
        Assert.Contains(
            "OnAssignedAsync is not called, because it could not begin within its time: OnAssignedAsync of ProbeListener has not returned after",
            host.Logged(EventIds.ListenerSkipped)[0].Message, StringComparison.Ordinal);

        stubborn.SetResult();
        host.UntilLogged(EventIds.ListenerReturned);
        source.Take(0, 1);

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0", "revoking 0,1", "revoked 0,1"], _probe.Calls);
        Assert.False(_probe.Overlapped);
    }

    [Fact]
    public async Task Call_HangsBeyondItsClient_IsNotCalledByTheNextClient()
    {
        await using var host = _probe.Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(1));
        var stubborn = new TaskCompletionSource();
        _probe.Body = (what, _, _) => what == "assigned" ? new ValueTask(stubborn.Task) : ValueTask.CompletedTask;
        await host.StartAsync();
        var first = host.Sources.Next();
        first.Give(0);
        Waiting.Until(() => _probe.Calls.Count == 1);
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerGivenUp).Count == 1);
        first.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerSkipped).Count == 1);
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Sources.Next().Give(0);
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerSkipped).Count == 2);

        Assert.Equal(["assigned 0"], _probe.Calls);
        Assert.False(_probe.Overlapped);
        stubborn.SetResult();
    }

    [Fact]
    public async Task Stop_HandlerAndListenerHang_TogetherHaveTheDrainsTime()
    {
        await using var host = _probe.Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(190);
            options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50);
        });
        host.Probe.Handler = static (_, token) => new ValueTask(Task.Delay(Timeout.Infinite, token));
        _probe.Body = static (what, _, token) => what == "revoking" ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        var stop = host.StopAsync(TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Orders.GetSnapshot().Workers[0].Partitions is [{ State: PartitionState.Draining }]);

        // 190 ms in all, 50 ms of them the listener's.
        host.Clock.Advance(TimeSpan.FromMilliseconds(140));
        host.UntilLogged(EventIds.DrainTimedOut);
        Waiting.Until(() => _probe.Calls.Count == 2);
        Assert.Empty(host.Logged(EventIds.ListenerGivenUp));
        host.Clock.Advance(TimeSpan.FromMilliseconds(50));
        host.UntilLogged(EventIds.ListenerGivenUp);

        await stop.Soon();
        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
    }

    [Fact]
    public async Task Stop_HostHasNoMoreTime_GivesTheListenerUpAndStillCallsTheNextForAMoment()
    {
        await using var host = _probe.Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(40);
            options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(30);
        });
        _probe.Body = static (what, _, token) => what == "revoking" ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        await host.StartWithAsync(0);
        using var hostsBudget = new CancellationTokenSource();
        var stop = host.StopAsync(hostsBudget.Token);
        Waiting.Until(() => _probe.Calls.Count == 2);

        await hostsBudget.CancelAsync();
        await stop.Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
        Assert.Empty(host.Logged(EventIds.WorkerAbandoned));
    }

    [Fact]
    public async Task Stop_WhileAnAssignmentIsBeingTold_DoesNotWaitForThat()
    {
        await using var host = _probe.Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(40);
            options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(30);
        });
        _probe.Body = static (what, _, token) => what == "assigned" ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        await host.StartAsync();
        host.Sources.Next().Give(0);
        Waiting.Until(() => _probe.Calls.Count == 1);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
        Assert.Empty(host.Logged(EventIds.ListenerSkipped));
    }

    /// <summary>The client may call back while it closes, when every budget of the stop is used up.</summary>
    [Fact]
    public async Task Close_ClientCallsBack_ListenersHaveAMoment()
    {
        await using var host = _probe.Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(40);
            options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(30);
        });
        var closing = false;
        _probe.Body = (_, _, token) => closing ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        var source = await host.StartWithAsync(0);
        source.OnClose = () =>
        {
            closing = true;
            source.GiveNow(1);
            source.TakeNow(1);
        };

        var stop = host.StopAsync(TestContext.Current.CancellationToken);
        foreach (var call in Enumerable.Range(4, 3))
        {
            Waiting.Until(() => _probe.Calls.Count == call);
            host.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        await stop.Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0", "assigned 1", "revoking 1", "revoked 1"], _probe.Calls);
        Assert.Equal(3, host.Logged(EventIds.ListenerGivenUp).Count);
    }

    [Fact]
    public async Task Revoked_FinalCommitTakesAllItsTime_IsStillToldForAMomentAndKnowsOfNoCommit()
    {
        await using var host = _probe.Host(static options =>
        {
            options.Commit.Strategy = CommitStrategy.Auto;
            options.Commit.FinalTimeout = TimeSpan.FromMilliseconds(100);
        });
        using var answer = new ManualResetEventSlim();
        IReadOnlyList<TopicPartitionOffset>? committed = null;
        _probe.Body = async (_, context, token) =>
        {
            if (context is PartitionsRevokedContext revoked)
            {
                committed = revoked.Committed;
                await Task.Delay(Timeout.Infinite, token);
            }
        };
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        source.Committer.Answer = _ =>
        {
            answer.Wait();
            return FakeOffsetCommitter.Refusals.None;
        };

        source.Take(0);
        host.Clock.RunUntil(() => Volatile.Read(ref committed) is not null);
        host.Clock.Advance(TimeSpan.FromMilliseconds(250));

        host.UntilLogged(EventIds.ListenerGivenUp);
        answer.Set();
        Assert.Empty(committed!);
        Assert.InRange(AgeOf(host.Logged(EventIds.ListenerGivenUp)[0]), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        Assert.Single(host.Logged(EventIds.FinalCommitGivenUp));
    }

    /// <summary>Starts a host whose listener does not return before its 50 ms are over.</summary>
    private async Task<FakeSource> StartGivenUpAsync(ConsumerHost host)
    {
        var start = host.StartWithAsync(0);
        Waiting.Until(() => _probe.Calls.Count == 1);
        host.Clock.Advance(TimeSpan.FromMilliseconds(50));
        return await start;
    }

    private static TimeSpan AgeOf(FakeLogRecord entry) => TimeSpan.Parse(entry.GetStructuredStateValue("Age")!, CultureInfo.InvariantCulture);
}
