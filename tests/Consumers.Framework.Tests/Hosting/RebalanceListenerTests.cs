using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Polling;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>When the user's rebalance listeners are called, on what thread, for how long at most, and what becomes of what they do wrong.</summary>
public sealed class RebalanceListenerTests
{
    private readonly ListenerProbe _probe = new();

    [Fact]
    public async Task Stop_AfterRecords_RevokingComesBeforeTheFinalCommitAndRevokedAfterIt()
    {
        await using var host = Host(static options => options.Commit.Strategy = CommitStrategy.Auto);
        FakeSource? source = null;
        var seen = new ConcurrentQueue<string>();
        _probe.Body = (what, context, _) =>
        {
            var committed = context is PartitionsRevokedContext revoked ? string.Join(',', revoked.Committed.Select(static offset => offset.Offset.Value)) : "-";
            seen.Enqueue($"{what}: {source?.Commits.Count ?? 0} sent, {committed} committed, closed {source?.IsClosed ?? false}, {context.Consumer}/{context.Worker}");
            return ValueTask.CompletedTask;
        };
        source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(
            [
                "assigned: 0 sent, - committed, closed False, orders/0",
                "revoking: 0 sent, - committed, closed False, orders/0",
                "revoked: 1 sent, 3 committed, closed False, orders/0",
            ],
            seen);
        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
    }

    [Fact]
    public async Task Revoked_SomePartitions_TellsOfThoseAndWaitsForTheirHandlersFirst()
    {
        await using var host = Host();
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        var source = await StartWithAsync(host, 0, 1);
        source.Deliver(0, start: 5, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        source.Take(0);
        host.UntilWorkerIs(WorkerState.Rebalancing);
        Assert.Equal(["assigned 0,1"], _probe.Calls);

        handler.SetResult();

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0,1", "revoking 0", "revoked 0"], _probe.Calls);
    }

    [Fact]
    public async Task Lost_Partitions_AreLostAndNothingElse()
    {
        await using var host = Host();
        var source = await StartWithAsync(host, 0, 1);

        source.Lose(1);

        Waiting.Until(() => _probe.Calls.Count == 2);
        Assert.Equal("lost 1", _probe.Calls[1]);
    }

    [Fact]
    public async Task ClientFails_ItsPartitionsAreLostAndThoseOfTheNextAreAssigned()
    {
        var clock = new TimerClock();
        await using var host = Host(time: clock);
        var source = await host.StartAssignedAsync();

        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Sources.Next().Give(2);

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0", "lost 0", "assigned 2"], _probe.Calls);
    }

    /// <summary>Under the range assignor the refused commit is the only sign that the group has given the partitions away meanwhile.</summary>
    [Fact]
    public async Task Revoked_FinalCommitSaysThatTheyAreSomebodyElses_TellsThatTheyAreLost()
    {
        await using var host = Host(static options => options.Commit.Strategy = CommitStrategy.Auto);
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        source.RefuseCommit = static () => new Error(ErrorCode.UnknownMemberId);

        source.Take(0);

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0", "revoking 0", "lost 0"], _probe.Calls);
    }

    [Fact]
    public async Task ExplicitPartitions_AreAssignedAndRevokedToo_AndStartWhereTheListenerSays()
    {
        await using var host = Host(static options =>
        {
            options.Topics = [];
            options.GroupId = null;
            options.Partitions = new Dictionary<string, int[]> { ["orders"] = [3, 4] };
        });
        _probe.Body = static (_, context, _) =>
        {
            (context as PartitionsAssignedContext)?.StartAt(new TopicPartitionOffset("orders", 4, 17));
            return ValueTask.CompletedTask;
        };
        await host.StartAsync();
        var source = host.Sources.Next();
        await source.Subscribed.Soon();

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal([Offset.Beginning, new Offset(17)], source.Starts.Select(static start => start.Offset));
        Assert.Equal(["assigned 3,4", "revoking 3,4", "revoked 3,4"], _probe.Calls);
    }

    [Fact]
    public async Task Assigned_NoPartitions_NobodyIsCalled()
    {
        await using var host = Host();
        await StartWithAsync(host);

        Assert.Empty(_probe.Calls);
    }

    [Fact]
    public async Task Calls_RunOnTheThreadPoolAndNotOnThePollThread()
    {
        await using var host = Host();
        var onPool = new ConcurrentQueue<bool>();
        _probe.Body = (_, _, _) =>
        {
            onPool.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
            return ValueTask.CompletedTask;
        };
        var source = await StartWithAsync(host, 0);
        source.Take(0);
        Waiting.Until(() => onPool.Count == 3);

        Assert.All(onPool, Assert.True);
    }

    [Fact]
    public async Task StartAt_OffsetOfTheListenersStore_IsTheClientsStart()
    {
        await using var host = Host();
        _probe.Body = static (_, context, _) =>
        {
            (context as PartitionsAssignedContext)?.StartAt(new TopicPartitionOffset("orders", 1, 42));
            return ValueTask.CompletedTask;
        };

        var source = await StartWithAsync(host, 0, 1);

        Assert.Equal([Offset.Beginning, new Offset(42)], source.Starts.Select(static start => start.Offset));
        Assert.Contains("orders[1] at 42", Assert.Single(host.Logged(EventIds.StartsRequested)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAt_PartitionThatWasNotAssigned_IsAnErrorThatNamesBothAndTheRestStarts()
    {
        await using var host = Host();
        _probe.Body = static (_, context, _) =>
        {
            ((PartitionsAssignedContext)context).StartAt(new TopicPartitionOffset("orders", 7, 42));
            return ValueTask.CompletedTask;
        };

        var source = await StartWithAsync(host, 0);

        Assert.Contains(
            "orders[7] cannot start at offset 42: it was not assigned; assigned are orders[0].",
            Assert.Single(host.Logged(EventIds.ListenerFailed)).Exception!.Message, StringComparison.Ordinal);
        Assert.Equal([Offset.Beginning], source.Starts.Select(static start => start.Offset));
    }

    [Fact]
    public async Task Call_Throws_IsLoggedAndTheNextListenerIsCalledAndTheWorkerGoesOn()
    {
        await using var host = Host();
        var other = new ListenerProbe();
        host.Services.AddSingleton(new OtherListener(other));
        host.Builder.UseRebalanceListener<OtherListener>();
        _probe.Body = static (what, _, _) => throw new InvalidOperationException(what);
        var source = await StartWithAsync(host, 0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], other.Calls);
        Assert.Equal(1, source.Commits[^1].Offset.Value);
        Assert.Equal(
            ["OnAssignedAsync", "OnRevokingAsync", "OnRevokedAsync"],
            host.Logged(EventIds.ListenerFailed).Select(static entry => entry.GetStructuredStateValue("Method")));
    }

    [Fact]
    public async Task Call_HonoursItsTokenAtTheDeadline_WorkerGoesOnAndSaysSo()
    {
        await using var host = Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50));
        _probe.Body = static async (what, _, token) =>
        {
            if (what == "assigned")
            {
                await Task.Delay(Timeout.Infinite, token);
            }
        };

        var source = await StartWithAsync(host, 0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        var entry = Assert.Single(host.Logged(EventIds.ListenerGivenUp));
        Assert.StartsWith("orders/0: ProbeListener.OnAssignedAsync has not returned after 00:00:00.0", entry.Message, StringComparison.Ordinal);
        Assert.Empty(host.Logged(EventIds.ListenerFailed));
        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
    }

    [Fact]
    public async Task Call_IgnoresItsToken_NextOnesAreSkippedUntilItHasReturnedAndNeverOverlap()
    {
        await using var host = Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50));
        var stubborn = new TaskCompletionSource();
        _probe.Body = (what, context, _) => what == "assigned" && context.Partitions[0].Partition.Value == 0 ? new ValueTask(stubborn.Task) : ValueTask.CompletedTask;
        var source = await StartWithAsync(host, 0);
        source.Give(1);
        host.UntilLogged(EventIds.ListenerSkipped);
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
        var clock = new TimerClock();
        await using var host = Host(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(1), clock);
        var stubborn = new TaskCompletionSource();
        _probe.Body = (what, _, _) => what == "assigned" ? new ValueTask(stubborn.Task) : ValueTask.CompletedTask;
        await host.StartAsync();
        var first = host.Sources.Next();
        first.Give(0);
        Waiting.Until(() => _probe.Calls.Count == 1);
        Advance(EventIds.ListenerGivenUp, 1);
        first.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        Advance(EventIds.ListenerSkipped, 1);
        clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Sources.Next().Give(0);
        Advance(EventIds.ListenerSkipped, 2);

        Assert.Equal(["assigned 0"], _probe.Calls);
        Assert.False(_probe.Overlapped);
        stubborn.SetResult();

        void Advance(int eventId, int times) => Waiting.Until(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            return host.Logged(eventId).Count >= times;
        });
    }

    [Fact]
    public async Task Stop_ListenerHangs_DrainAndListenerTogetherStayWithinTheDrainsTime()
    {
        await using var host = Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(2);
            options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(1);
        });
        host.Probe.Handler = static (_, token) => new ValueTask(Task.Delay(Timeout.Infinite, token));
        _probe.Body = static (what, _, token) => what == "revoking" ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        var source = await StartWithAsync(host, 0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);

        var startedAt = TimeProvider.System.GetTimestamp();
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.8));
        Assert.InRange(AgeOf(host.Logged(EventIds.DrainTimedOut)[0]), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.8));
        Assert.Single(host.Logged(EventIds.ListenerGivenUp));
    }

    [Fact]
    public async Task Stop_HostHasNoMoreTime_GivesTheListenerUpAndStillCallsTheNextForAMoment()
    {
        await using var host = Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(40);
            options.Rebalance.ListenerTimeout = TimeSpan.FromSeconds(30);
        });
        _probe.Body = static (what, _, token) => what == "revoking" ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        await StartWithAsync(host, 0);
        using var hostsBudget = new CancellationTokenSource();
        var stop = host.StopAsync(hostsBudget.Token);
        Waiting.Until(() => _probe.Calls.Count == 2);

        await hostsBudget.CancelAsync();
        await stop.Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], _probe.Calls);
        Assert.Empty(host.Logged(EventIds.WorkerAbandoned));
    }

    [Fact]
    public async Task Listener_NotRegisteredOtherwise_LivesForOneCallInAScopeOfItsOwn()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton(_probe).AddScoped<Scoped>();
        host.Builder.UseRebalanceListener<ScopedListener>();
        Scoped.Made = Scoped.Disposed = 0;
        var source = await StartWithAsync(host, 0);
        source.Take(0);
        Waiting.Until(() => _probe.Calls.Count == 3);

        Waiting.Until(static () => (Scoped.Made, Scoped.Disposed) == (3, 3));
    }

    [Fact]
    public async Task Handler_ThatIsAListener_IsCalledOnlyWhereItIsRegisteredAsOne()
    {
        await using var host = new ConsumerHost().Section("orders").Section("payments");
        host.Services.AddSingleton(_probe).AddSingleton<ListeningHandler>();
        host.Services.AddKafkaConsumer<ListeningHandler>("orders");
        host.Services.AddKafkaConsumer<ListeningHandler>("payments").UseRebalanceListener<ListeningHandler>();
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next() };
        sources.Single(static source => source.Consumer == "orders").Give(1);
        sources.Single(static source => source.Consumer == "payments").Give(2);
        await Task.WhenAll(host.Consumers.Select(static consumer => consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken))).Soon();

        Assert.Equal(["assigned 2"], _probe.Calls);
    }

    [Fact]
    public async Task Start_ListenerTimeoutIsNotBelowTheDrains_IsRefusedOnlyWithAListener()
    {
        static void Configure(KafkaConsumerOptions options) => options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(5);
        await using var without = ConsumerHost.OfOrders(Configure);
        await without.StartAsync();
        await using var host = Host(Configure);

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(host.StartAsync);

        Assert.Equal(
            "Kafka:Consumers:orders:Rebalance:ListenerTimeout = 00:00:05: must be below Rebalance:DrainTimeout (00:00:05): the rebalance listeners have it of that, "
            + "and the handlers what is left; set it to less than 00:00:05, or Rebalance:DrainTimeout to more than 00:00:05",
            Assert.Single(thrown.Failures));
    }

    [Fact]
    public async Task Start_SingletonListenerCannotBeMade_IsRefused()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<ProbeListener>();
        host.Builder.UseRebalanceListener<ProbeListener>();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(host.StartAsync);

        Assert.StartsWith(
            $"AddKafkaConsumer(\"orders\") = {typeof(ProbeListener)}: the listener is a singleton and cannot be made: Unable to resolve",
            Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    /// <summary>A host with one consumer, whose listener tells the probe.</summary>
    private ConsumerHost Host(Action<KafkaConsumerOptions>? configure = null, TimeProvider? time = null)
    {
        var host = ConsumerHost.OfOrders(configure, time);
        host.Services.AddSingleton(_probe);
        host.Builder.UseRebalanceListener<ProbeListener>();
        return host;
    }

    private static TimeSpan AgeOf(FakeLogRecord entry) => TimeSpan.Parse(entry.GetStructuredStateValue("Age")!, CultureInfo.InvariantCulture);

    private static async Task<FakeSource> StartWithAsync(ConsumerHost host, params int[] partitions)
    {
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Give(partitions);
        await host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();
        return source;
    }

    private sealed class OtherListener(ListenerProbe probe) : ProbeListener(probe);

    private sealed class ScopedListener(ListenerProbe probe, Scoped scoped) : IKafkaRebalanceListener
    {
        public ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);

        public ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);

        public ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => probe.CallAsync($"{scoped}", context, cancellationToken);
    }

    private sealed class Scoped : IDisposable
    {
        private static int _made;
        private static int _disposed;

        public Scoped() => Interlocked.Increment(ref _made);

        public static int Made
        {
            get => Volatile.Read(ref _made);
            set => _made = value;
        }

        public static int Disposed
        {
            get => Volatile.Read(ref _disposed);
            set => _disposed = value;
        }

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    private sealed class ListeningHandler(ListenerProbe probe) : ProbeListener(probe), IKafkaHandler<byte[]>
    {
        public ValueTask HandleAsync(byte[] message, ConsumeContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
