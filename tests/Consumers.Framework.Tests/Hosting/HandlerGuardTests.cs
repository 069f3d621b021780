using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What a worker does about a handler that does not return.</summary>
public sealed class HandlerGuardTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Report_HandlerHonoursItsToken_IsTriedAgainAndThePartitionGoesOn()
    {
        await using var host = Host(StuckHandlerPolicy.Report);
        host.Probe.Handler = static (context, token) => context.Attempt == 1 ? new ValueTask(Task.Delay(Timeout.Infinite, token)) : ValueTask.CompletedTask;
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 5, count: 1);

        host.Clock.RunUntil(() => host.Orders.GetSnapshot().Handled == 1);
        var entry = Assert.Single(host.Logged(EventIds.HandlerOverdue)).Message;
        Assert.StartsWith("orders/0: the handler of orders[0] offset 5 (attempt 1) has been running for 00:00:0", entry, StringComparison.Ordinal);
        Assert.EndsWith("on the worker's handler thread, longer than MaxHandlerDuration (00:00:00.1000000); its token is cancelled", entry, StringComparison.Ordinal);
        Assert.Contains("MaxHandlerDuration", Assert.Single(host.Logged(EventIds.AttemptFailed)).Message, StringComparison.Ordinal);
        Assert.Empty(host.Logged(EventIds.HandlerStuck));
    }

    [Fact]
    public async Task Scenario28_HandlerIgnoresItsToken_HealthGoesFromDegradedToUnhealthyAndMembershipIsKept()
    {
        await using var host = Host(StuckHandlerPolicy.Report);
        host.Services.AddHealthChecks().AddKafkaConsumers();
        using var mayReturn = new ManualResetEventSlim();
        host.Probe.Handler = (_, _) =>
        {
            mayReturn.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        };
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 5, count: 2);
        Waiting.Until(() => host.Probe.Calls.Count == 1);

        PassLimits(host);
        host.UntilLogged(EventIds.HandlerStuck);

        var report = await host.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["kafka-consumer-orders"].Status);
        Assert.Contains("orders[0] has a handler that MaxHandlerDuration (100 ms) has cancelled and that does not return: offset 5", report.Entries["kafka-consumer-orders"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, report.Entries["kafka-consumer-orders-live"].Status);
        Assert.False(source.IsClosed);
        mayReturn.Set();
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 2);
        Assert.Equal(1, host.Sources.Calls);
        Assert.Single(host.Logged(EventIds.HandlerStuck));
    }

    [Theory]
    [InlineData(WorkerFailurePolicy.Restart)]
    [InlineData(WorkerFailurePolicy.StopHost)]
    public async Task ReplaceWorker_HandlerBlocksItsThread_CommitsTheOthersLeavesAndGoesOnWithANewClientAndThread(WorkerFailurePolicy whenWorkerFails)
    {
        await using var host = Host(StuckHandlerPolicy.ReplaceWorker, options =>
        {
            options.Commit.Strategy = CommitStrategy.Auto;
            options.WhenWorkerFails = whenWorkerFails;
        });
        using var mayReturn = new ManualResetEventSlim();
        host.Probe.Handler = (context, _) =>
        {
            if (context is { Partition.Value: 0, Offset.Value: 2 })
            {
                mayReturn.Wait(CancellationToken.None);
            }

            return ValueTask.CompletedTask;
        };
        await host.StartAsync();
        var first = host.Sources.Next();
        first.Give(0, 1);
        first.Deliver(1, start: 0, count: 4);

        // One thread handles both: those of the other partition before the one that does not return.
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 4);
        first.Deliver(0, start: 0, count: 5);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 6);
        Assert.Empty(first.Commits);
        PassLimits(host);

        // Without the drain's 19 s: the clock stands still.
        await first.Closed.Soon();
        Assert.Equal([2, 4], first.Commits.OrderBy(static commit => commit.Partition.Value).Select(static commit => commit.Offset.Value));
        host.UntilLogged(EventIds.WorkerReplaced);
        Assert.Contains("orders[0] offset 2 has not returned", Assert.Single(host.Logged(EventIds.WorkerReplaced)).Message, StringComparison.Ordinal);
        Assert.Empty(host.Logged(EventIds.DrainTimedOut));
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        var second = host.Sources.Next();
        second.Give(1);
        second.Deliver(1, start: 4, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 7);
        mayReturn.Set();
        host.UntilLogged(EventIds.StaleCompletion);
        Waiting.Until(() => first.FakeReader.Released == 9);
        first.FakeReader.AssertAllReleasedOnce();
        Assert.Equal(WorkerState.Running, host.Worker.State);
    }

    [Fact]
    public async Task StopHost_HandlerIgnoresItsToken_StopsTheHostWithExitCode1()
    {
        await using var host = Host(StuckHandlerPolicy.StopHost, static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(100);
        });
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        using var mayReturn = new ManualResetEventSlim();
        host.Probe.Handler = (_, _) =>
        {
            mayReturn.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        };
        var source = await host.StartAssignedAsync();
        try
        {
            source.Deliver(0, start: 0, count: 1);
            Waiting.Until(() => host.Probe.Calls.Count == 1);
            PassLimits(host);
            await stopping.Task.Soon();

            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = 0;
            mayReturn.Set();
        }
    }

    /// <summary>Once for the handler's token, and once more for its return.</summary>
    private static void PassLimits(ConsumerHost host)
    {
        host.Clock.Advance(Limit);
        host.UntilLogged(EventIds.HandlerOverdue);
        host.Clock.Advance(Limit);
    }

    private static ConsumerHost Host(StuckHandlerPolicy policy, Action<KafkaConsumerOptions>? configure = null) => ConsumerHost.OfOrders(options =>
    {
        options.MaxHandlerDuration = Limit;
        options.WhenHandlerStuck = policy;
        configure?.Invoke(options);
    });
}
