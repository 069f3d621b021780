using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>How consumers stop: side by side, inside their budget, once.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task StoppingAsync_WhileAnotherServiceHoldsTheStop_DrainsAlready()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddHealthChecks().AddKafkaConsumers();
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        FakeSource? source = null;
        HealthReport? report = null;

        // Registered later, so stopped first: as a web server is that waits for its requests.
        host.Services.AddHostedService(services => new LastStarted(async () =>
        {
            report ??= await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            handler.TrySetResult();
            await source!.Closed.Soon();
        }));
        source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(HealthStatus.Unhealthy, report!.Entries["kafka-consumer-orders"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["kafka-consumer-orders-live"].Status);
        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
    }

    [Fact]
    public async Task StopAsync_SeveralConsumersAndWorkers_AllCloseSideBySide()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2).Add("payments");
        using var all = new Barrier(3);
        var met = 0;
        host.Sources.Prepare = source => source.OnClose = () =>
        {
            if (all.SignalAndWait(Waiting.Limit))
            {
                Interlocked.Increment(ref met);
            }
        };
        await host.StartAsync();
        for (var index = 0; index < 3; index++)
        {
            await host.Sources.Next().Subscribed.Soon();
        }

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(3, met);
    }

    [Fact]
    public async Task StopAsync_CloseHangs_GivesTheWorkerUpAfterItsBudgetAndNamesIt()
    {
        await using var host = ConsumerHost.OfOrders(static options =>
        {
            options.Workers = 2;
            SmallBudgets(options);
        });
        using var never = new ManualResetEventSlim();
        host.Sources.Prepare = source => source.OnClose = source.Worker == 1 ? never.Wait : null;
        await host.StartAsync();
        await Task.WhenAll(host.Sources.Next().Subscribed, host.Sources.Next().Subscribed).Soon();

        await host.Clock.RunUntilAsync(host.StopAsync(TestContext.Current.CancellationToken));

        var entry = Assert.Single(host.Logged(EventIds.WorkerAbandoned));
        Assert.StartsWith("orders/1: ", entry.Message, StringComparison.Ordinal);
        Assert.Contains("its budget of 00:00:00.9000000", entry.Message, StringComparison.Ordinal);
        Assert.Equal([WorkerState.Stopped, WorkerState.Stopping], host.Orders.GetSnapshot().Workers.Select(static worker => worker.State));

        // A second stop has nothing left to wait for.
        Assert.True(host.Orders.StopAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        never.Set();
    }

    [Fact]
    public async Task StopAsync_TokenCancelled_EndsTheDrainButCommitsAndCloses()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Commit.Strategy = CommitStrategy.Auto);
        using var handlerCancelled = new ManualResetEventSlim();
        host.Probe.Handler = async (context, cancellationToken) =>
        {
            if (context.Offset.Value == 1)
            {
                using var registration = cancellationToken.Register(handlerCancelled.Set);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        };
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 2);
        Waiting.Until(() => host.Probe.Calls.Count == 2);
        using var hostsBudget = new CancellationTokenSource();
        var stop = host.StopAsync(hostsBudget.Token);
        host.UntilWorkerIs(WorkerState.Stopping);
        Assert.False(handlerCancelled.IsSet);
        Assert.False(stop.IsCompleted);

        await hostsBudget.CancelAsync();
        await stop.Soon();

        handlerCancelled.WaitHandle.Soon();
        Assert.True(source.IsClosed);
        Assert.Equal(1, source.Commits[^1].Offset.Value);
        Assert.Empty(host.Logged(EventIds.WorkerAbandoned));
    }

    [Fact]
    public async Task StopAsync_TokenCancelledAndCloseHangs_GivesUpWithoutTheDrainsShare()
    {
        await using var host = ConsumerHost.OfOrders(static options =>
        {
            SmallBudgets(options);
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(40);
        });
        using var never = new ManualResetEventSlim();
        host.Sources.Prepare = source => source.OnClose = never.Wait;
        var source = await host.StartAssignedAsync();

        await host.Clock.RunUntilAsync(host.StopAsync(new CancellationToken(canceled: true)));

        Assert.Single(host.Logged(EventIds.WorkerAbandoned));
        never.Set();
    }

    [Fact]
    public async Task StopAsync_Twice_BothWaitForTheOneStop()
    {
        await using var host = ConsumerHost.OfOrders();
        using var closing = new ManualResetEventSlim();
        host.Sources.Prepare = source => source.OnClose = closing.Wait;
        var source = await host.StartAssignedAsync();

        var first = host.Orders.StopAsync(TestContext.Current.CancellationToken);
        await source.Closing.Soon();
        var second = host.Orders.StopAsync(TestContext.Current.CancellationToken);
        var ofTheHost = host.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(first.IsCompleted || second.IsCompleted || ofTheHost.IsCompleted);
        closing.Set();
        await Task.WhenAll(first, second, ofTheHost).Soon();
        Assert.Single(host.Logged(EventIds.ConsumerStopped));
    }

    [Fact]
    public async Task StopAsync_WhileTheClientIsBeingMade_EndsTheWorkerOnceItIs()
    {
        await using var host = ConsumerHost.OfOrders();
        using var making = new ManualResetEventSlim();
        host.Sources.OnCreate = _ => making.Wait();
        await host.StartAsync();
        Waiting.Until(() => host.Sources.Calls == 1);

        var stop = host.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(stop.IsCompleted);
        making.Set();
        await stop.Soon();

        Assert.True(host.Sources.Next().IsClosed);
        Assert.Equal(WorkerState.Stopped, host.Worker.State);
    }

    [Fact]
    public async Task StopAsync_BeforeTheStart_DoesNothing()
    {
        await using var host = ConsumerHost.OfOrders();

        Assert.True(host.Orders.StopAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);

        Assert.Empty(host.Logged(EventIds.ConsumerStopped));
        await host.StartAssignedAsync();
    }

    [Fact]
    public async Task StopAsync_AfterAStartThatFailed_IsQuiet()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 0);
        await Assert.ThrowsAnyAsync<OptionsValidationException>(host.StartAsync);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task Dispose_WithoutAStop_EndsTheWorkers()
    {
        await using var host = ConsumerHost.OfOrders();
        var source = await host.StartAssignedAsync();

        host.Host.Dispose();

        await source.Closed.Soon();
    }

    [Fact]
    public async Task Start_AfterAStop_GoesOnWithANewClient()
    {
        await using var host = ConsumerHost.OfOrders();
        var first = await host.StartAssignedAsync();
        first.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);

        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();
        var stopped = host.Orders.GetSnapshot();
        host.Orders.Start();
        var second = host.Sources.Next();
        second.Give(0);
        second.Deliver(0, start: 3, count: 2);

        Assert.True(first.IsClosed);
        Assert.Equal(3, first.Commits[^1].Offset.Value);
        Assert.Equal(WorkerState.Stopped, stopped.Workers[0].State);
        Assert.Equal(TimeSpan.Zero, stopped.Workers[0].SincePoll);
        Assert.Empty(stopped.Workers[0].Partitions);
        Assert.Equal(3, stopped.Handled);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 5);
        host.UntilLogged(EventIds.ConsumerStarted, times: 2);
    }

    [Fact]
    public async Task Start_WhileItRuns_ChangesNothing()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAssignedAsync();

        host.Orders.Start();

        Assert.Single(host.Logged(EventIds.ConsumerStarted));
    }

    [Fact]
    public async Task Start_WhileItStops_IsRefused()
    {
        await using var host = ConsumerHost.OfOrders();
        using var closing = new ManualResetEventSlim();
        host.Sources.Prepare = source => source.OnClose = closing.Wait;
        await host.StartAssignedAsync();
        var stop = host.Orders.StopAsync(TestContext.Current.CancellationToken);

        var thrown = Assert.Throws<InvalidOperationException>(host.Orders.Start);

        Assert.Equal("Consumer 'orders' is stopping; await StopAsync before it is started again.", thrown.Message);
        closing.Set();
        await stop.Soon();
        host.Orders.Start();
    }

    [Fact]
    public async Task Start_OnceTheHostStops_DoesNothing()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAssignedAsync();
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        host.Orders.Start();

        Assert.Equal(WorkerState.Stopped, host.Worker.State);
        Assert.Single(host.Logged(EventIds.ConsumerStarted));
    }

    private static void SmallBudgets(KafkaConsumerOptions options)
    {
        options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(500);
        options.Commit.FinalTimeout = TimeSpan.FromMilliseconds(300);
        options.Shutdown.CloseTimeout = TimeSpan.FromMilliseconds(100);
    }

    private sealed class LastStarted(Func<Task> stop) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => stop();
    }
}
