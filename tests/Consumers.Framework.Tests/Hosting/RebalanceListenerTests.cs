using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>When the user's rebalance listeners are called, what they are told, and where partitions start then.</summary>
public sealed class RebalanceListenerTests
{
    private readonly ListenerProbe _probe = new();

    [Fact]
    public async Task Stop_AfterRecords_RevokingComesBeforeTheFinalCommitAndRevokedAfterIt()
    {
        await using var host = _probe.Host(static options => options.Commit.Strategy = CommitStrategy.Auto);
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
        await using var host = _probe.Host();
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        var source = await host.StartWithAsync(0, 1);
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
        await using var host = _probe.Host();
        var source = await host.StartWithAsync(0, 1);

        source.Lose(1);

        Waiting.Until(() => _probe.Calls.Count == 2);
        Assert.Equal("lost 1", _probe.Calls[1]);
    }

    [Fact]
    public async Task ClientFails_ItsPartitionsAreLostAndThoseOfTheNextAreAssigned()
    {
        await using var host = _probe.Host();
        var source = await host.StartAssignedAsync();

        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Sources.Next().Give(2);

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0", "lost 0", "assigned 2"], _probe.Calls);
    }

    /// <summary>Under the range assignor the refused commit is the only sign that the group has given the partitions away meanwhile.</summary>
    [Fact]
    public async Task Revoked_FinalCommitSaysThatTheyAreSomebodyElses_TellsThatTheyAreLost()
    {
        await using var host = _probe.Host(static options => options.Commit.Strategy = CommitStrategy.Auto);
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.UnknownMemberId);

        source.Take(0);

        Waiting.Until(() => _probe.Calls.Count == 3);
        Assert.Equal(["assigned 0", "revoking 0", "lost 0"], _probe.Calls);
    }

    [Fact]
    public async Task ExplicitPartitions_AreAssignedAndRevokedToo_AndStartWhereTheListenerSays()
    {
        await using var host = _probe.Host(static options =>
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
        await using var host = _probe.Host();
        await host.StartWithAsync();

        Assert.Empty(_probe.Calls);
    }

    [Fact]
    public async Task Calls_RunOnTheThreadPoolAndNotOnThePollThread()
    {
        await using var host = _probe.Host();
        var onPool = new ConcurrentQueue<bool>();
        _probe.Body = (_, _, _) =>
        {
            onPool.Enqueue(Thread.CurrentThread.IsThreadPoolThread);
            return ValueTask.CompletedTask;
        };
        var source = await host.StartWithAsync(0);
        source.Take(0);
        Waiting.Until(() => onPool.Count == 3);

        Assert.All(onPool, Assert.True);
    }

    [Fact]
    public async Task StartAt_OffsetOfTheListenersStore_IsTheClientsStart()
    {
        await using var host = _probe.Host();
        _probe.Body = static (_, context, _) =>
        {
            (context as PartitionsAssignedContext)?.StartAt(new TopicPartitionOffset("orders", 1, 42));
            return ValueTask.CompletedTask;
        };

        var source = await host.StartWithAsync(0, 1);

        Assert.Equal([Offset.Beginning, new Offset(42)], source.Starts.Select(static start => start.Offset));
        Assert.Contains("orders[1] at 42", Assert.Single(host.Logged(EventIds.StartsRequested)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAt_PartitionThatWasNotAssigned_IsAnErrorThatNamesBothAndTheRestStarts()
    {
        await using var host = _probe.Host();
        _probe.Body = static (_, context, _) =>
        {
            ((PartitionsAssignedContext)context).StartAt(new TopicPartitionOffset("orders", 7, 42));
            return ValueTask.CompletedTask;
        };

        var source = await host.StartWithAsync(0);

        Assert.Contains(
            "orders[7] cannot start at offset 42: it was not assigned; assigned are orders[0].",
            Assert.Single(host.Logged(EventIds.ListenerFailed)).Exception!.Message, StringComparison.Ordinal);
        Assert.Equal([Offset.Beginning], source.Starts.Select(static start => start.Offset));
    }

    [Fact]
    public async Task Call_Throws_IsLoggedAndTheNextListenerIsCalledAndTheWorkerGoesOn()
    {
        await using var host = _probe.Host();
        var other = new ListenerProbe();
        host.Services.AddSingleton(new OtherListener(other));
        host.Builder.UseRebalanceListener<OtherListener>();
        _probe.Body = static (what, _, _) => throw new InvalidOperationException(what);
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(["assigned 0", "revoking 0", "revoked 0"], other.Calls);
        Assert.Equal(1, source.Commits[^1].Offset.Value);
        Assert.Equal(
            ["OnAssignedAsync", "OnRevokingAsync", "OnRevokedAsync"],
            host.Logged(EventIds.ListenerFailed).Select(static entry => entry.GetStructuredStateValue("Method")));
    }

    private sealed class OtherListener(ListenerProbe probe) : ProbeListener(probe);
}
