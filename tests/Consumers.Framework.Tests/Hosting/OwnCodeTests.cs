using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Handlers and listeners that stop their own consumer or host, or wait for it: nothing waits for itself.</summary>
public sealed class OwnCodeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task StopAsync_AwaitedByAHandler_EndsTheConsumerAfterItsRecord(int concurrency)
    {
        await using var host = ConsumerHost.OfOrders(options => options.MaxConcurrency = concurrency);
        var returned = new TaskCompletionSource();
        host.Probe.Handler = async (_, token) =>
        {
            // The mark is found behind an await, too.
            await Task.Yield();
            await host.Orders.StopAsync(CancellationToken.None);
            token.ThrowIfCancellationRequested();
            returned.SetResult();
        };
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 2);

        await returned.Task.Soon();
        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal([0L], host.Probe.Calls.Select(static call => call.Offset));
        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
        Assert.True(source.IsClosed);
        Assert.Empty(host.Logged(EventIds.DrainTimedOut));
    }

    [Fact]
    public async Task StopAsync_BlockedOnByAHandlerInItsSecondAttempt_EndsTheConsumerAfterItsRecord()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1));
        host.Probe.Handler = (_, _) => host.Probe.Calls.Count == 1
            ? throw new IOException("once")
            : new ValueTask(Task.Run(() => host.Orders.StopAsync(CancellationToken.None).Wait(CancellationToken.None), CancellationToken.None));
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);

        await host.Clock.RunUntilAsync(source.Closed);
        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
    }

    [Fact]
    public async Task StopAsync_OfAnotherConsumer_IsWaitedFor()
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");
        using var closing = new ManualResetEventSlim();
        Task? stop = null;
        host.Sources.Prepare = source => source.OnClose = source.Consumer == "payments" ? closing.Wait : null;
        host.Probe.Handler = async (_, _) => await (stop = host.Consumers["payments"].StopAsync(CancellationToken.None));
        await host.StartAsync();
        FakeSource[] sources = [host.Sources.Next(), host.Sources.Next()];
        var orders = sources.Single(static source => source.Consumer == "orders");
        orders.Give(0);
        orders.Deliver(0, start: 0, count: 1);

        await sources.Single(static source => source.Consumer == "payments").Closing.Soon();

        Waiting.Until(() => Volatile.Read(ref stop) is not null);
        Assert.False(stop!.IsCompleted);
        closing.Set();
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
    }

    [Fact]
    public async Task Start_AfterAStopByTheSameHandler_IsRefused()
    {
        await using var host = ConsumerHost.OfOrders();
        var thrown = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Probe.Handler = async (_, _) =>
        {
            await host.Orders.StopAsync(CancellationToken.None);
            thrown.SetResult(Record.Exception(host.Orders.Start));
        };
        var source = await host.StartAssignedAsync();

        source.Deliver(0, start: 0, count: 1);

        Assert.Equal(
            "Consumer 'orders' is stopping, and waits for the handler that starts it again; start it outside of the consumer's own code.",
            Assert.IsType<InvalidOperationException>(await thrown.Task.Soon()).Message);
        await source.Closed.Soon();
    }

    /// <summary>What a handler has left running is nobody's that a stop waits for.</summary>
    [Fact]
    public async Task StopAsync_ByWhatAHandlerHasStarted_IsWaitedForOnceTheHandlerHasReturned()
    {
        await using var host = ConsumerHost.OfOrders();
        using var closing = new ManualResetEventSlim();
        host.Sources.Prepare = source => source.OnClose = closing.Wait;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? left = null;
        host.Probe.Handler = (_, _) =>
        {
            left = Task.Run(async () =>
            {
                await go.Task;
                await host.Orders.StopAsync(CancellationToken.None);
            }, CancellationToken.None);
            return ValueTask.CompletedTask;
        };
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Worker.Partitions is [{ InFlight: 0 }] && host.Orders.GetSnapshot().Handled == 1);

        go.SetResult();
        await source.Closing.Soon();

        Assert.False(left!.IsCompleted);
        closing.Set();
        await left.Soon();
    }

    /// <summary>As an application does that is told to end by a record: the main program waits for the drain, the handler does not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostStop_ByAHandler_FinishesAndCommitsItsRecord(bool byLifetime)
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");
        host.Probe.Handler = async (_, token) =>
        {
            if (byLifetime)
            {
                host.Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            }
            else
            {
                await host.Host.StopAsync(CancellationToken.None);
            }

            await Task.Yield();
            token.ThrowIfCancellationRequested();
        };
        var logs = host.Logs;
        var run = host.Host.RunAsync(TestContext.Current.CancellationToken);
        FakeSource[] sources = [host.Sources.Next(), host.Sources.Next()];
        var orders = sources.Single(static source => source.Consumer == "orders");
        orders.Give(0);

        orders.Deliver(0, start: 0, count: 1);

        await run.Soon();
        Assert.All(sources, static source => Assert.True(source.IsClosed));
        Assert.Equal(1, Assert.Single(orders.Commits).Offset.Value);
        Assert.DoesNotContain(logs.GetSnapshot(), static entry => entry.Id.Id == EventIds.DrainTimedOut);
    }

    /// <summary>The host's stop is over before the handler is: disposing of the host waits for it.</summary>
    [Fact]
    public async Task HostStop_AwaitedByAHandler_DisposalWaitsForTheHandler()
    {
        await using var host = ConsumerHost.OfOrders();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new TaskCompletionSource();
        host.Probe.Handler = async (_, _) =>
        {
            await host.Host.StopAsync(CancellationToken.None);
            stopped.SetResult();
            await handler.Task;
        };
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        await stopped.Task.Soon();

        var disposal = Task.Run(host.Host.Dispose, TestContext.Current.CancellationToken);
        Assert.False(source.IsClosed || disposal.IsCompleted);
        handler.SetResult();
        await disposal.Soon();

        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
        Assert.True(source.IsClosed);
    }

    [Theory]
    [InlineData("its assignment")]
    [InlineData("its completion")]
    [InlineData("it to catch up")]
    public async Task WaitFor_ByAHandlerOfTheSameConsumer_IsRefused(string what)
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");
        var thrown = new TaskCompletionSource<Exception?>();
        Task? ofOther = null;
        host.Probe.Handler = async (_, _) =>
        {
            ofOther = WaitAsync(host.Consumers["payments"], what);
            thrown.TrySetResult(await Record.ExceptionAsync(() => WaitAsync(host.Orders, what)));
        };
        await host.StartAsync();
        FakeSource[] sources = [host.Sources.Next(), host.Sources.Next()];
        var orders = sources.Single(static source => source.Consumer == "orders");
        orders.Give(0);

        orders.Deliver(0, start: 0, count: 1);

        Assert.Equal(
            $"A handler of consumer 'orders' waits for {what}, which may have to wait for that handler; wait for it outside of the consumer's own code.",
            Assert.IsType<InvalidOperationException>(await thrown.Task.Soon()).Message);
        Assert.False(ofOther!.IsFaulted);
    }

    /// <summary>The poll thread waits for a rebalance listener, and the stop for the poll thread.</summary>
    [Theory]
    [InlineData("assigned")]
    [InlineData("revoking")]
    [InlineData("revoked")]
    public async Task StopAsync_AwaitedByARebalanceListener_IsNotWaitedForByIt(string at)
    {
        await using var host = ConsumerHost.OfOrders();
        var thrown = new TaskCompletionSource<Exception?>();
        host.Services.AddSingleton(new StoppingListener(async call =>
        {
            if (call == at)
            {
                thrown.TrySetResult(await Record.ExceptionAsync(() => host.Orders.WaitForAssignmentAsync(CancellationToken.None)));
                await host.Orders.StopAsync(CancellationToken.None);
            }
        }));
        host.Builder.UseRebalanceListener<StoppingListener>();
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Give(0);
        source.Take(0);

        await source.Closed.Soon();

        Assert.Equal(
            "A rebalance listener of consumer 'orders' waits for its assignment, which may have to wait for that rebalance listener; wait for it outside of the consumer's own code.",
            (await thrown.Task.Soon())!.Message);
        Assert.Empty(host.Logged(EventIds.ListenerSkipped));
    }

    private static Task WaitAsync(IKafkaConsumer consumer, string what) => what switch
    {
        "it to catch up" => consumer.WaitForCatchUpAsync(CancellationToken.None),
        "its assignment" => consumer.WaitForAssignmentAsync(CancellationToken.None),
        _ => consumer.WaitForCompletionAsync(CancellationToken.None),
    };

    private sealed class StoppingListener(Func<string, Task> onCall) : IKafkaRebalanceListener
    {
        public ValueTask OnAssignedAsync(PartitionsAssignedContext context, CancellationToken cancellationToken) => new(onCall("assigned"));

        public ValueTask OnRevokingAsync(RebalanceContext context, CancellationToken cancellationToken) => new(onCall("revoking"));

        public ValueTask OnRevokedAsync(PartitionsRevokedContext context, CancellationToken cancellationToken) => new(onCall("revoked"));
    }
}
