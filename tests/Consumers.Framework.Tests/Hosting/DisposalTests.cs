using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A host that is disposed of without a stop: its consumers stop first, and what their handlers use is there until they have.</summary>
public sealed class DisposalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_WithoutAStop_DrainsCommitsAndLeavesBeforeItReturns(bool isAsync)
    {
        await using var host = ConsumerHost.OfOrders();
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        var logs = host.Logs;

        var disposal = DisposeAsync(host.Host, isAsync);
        Waiting.Until(() => host.Worker.State == WorkerState.Stopping);
        Assert.False(disposal.IsCompleted);
        handler.SetResult();
        await disposal.Soon();

        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
        Assert.True(source.IsClosed);
        Assert.Equal(
            "The host is disposed of while consumers run (orders); they drain, commit and leave their groups first, within 00:01:00",
            Assert.Single(logs.GetSnapshot(), static entry => entry.Id.Id == EventIds.DisposalWaits).Message);
    }

    [Fact]
    public async Task RunAsync_ALaterServiceFailsToStart_DrainsBeforeItThrows()
    {
        await using var host = ConsumerHost.OfOrders();
        FakeSource? source = null;
        var handler = new TaskCompletionSource();
        host.Probe.Handler = async (_, token) => await handler.Task.WaitAsync(token);
        host.Services.AddHostedService(_ => new FailingService(() =>
        {
            source = host.Sources.Next();
            source.Give(0);
            source.Deliver(0, start: 0, count: 1);
            Waiting.Until(() => host.Probe.Calls.Count == 1);
        }));

        var run = host.Host.RunAsync(TestContext.Current.CancellationToken);
        Waiting.Until(() => host.Worker.State == WorkerState.Stopping);
        handler.SetResult();

        Assert.Equal("address in use", (await Assert.ThrowsAsync<IOException>(() => run.Soon())).Message);
        Assert.Equal(1, Assert.Single(source!.Commits).Offset.Value);
        Assert.True(source.IsClosed);
    }

    /// <summary>The container disposes of what was made last first; what a handler asks for at its first record is made last.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_HandlerUsesWhatWasMadeAfterTheStart_IsDisposedOfAfterTheHandler(bool isAsync)
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<Connection>();
        var handler = new TaskCompletionSource();
        bool? wasOpen = null;
        bool? canResolve = null;
        IServiceProvider services = null!;
        host.Probe.Handler = async (_, _) =>
        {
            var connection = services.GetRequiredService<Connection>();
            await handler.Task;
            wasOpen = !connection.IsDisposed;
            canResolve = services.GetService<Connection>() is not null;
        };
        services = host.Host.Services;
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        var made = services.GetRequiredService<Connection>();

        var disposal = DisposeAsync(host.Host, isAsync);
        Waiting.Until(() => host.Worker.State == WorkerState.Stopping);
        handler.SetResult();
        await disposal.Soon();

        Assert.True(wasOpen);
        Assert.True(canResolve);
        Assert.True(made.IsDisposed);
        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_OfTheContainerAlone_DrainsBeforeWhatWasMadeAtTheStart(bool isAsync)
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton<Connection>();
        host.Services.AddSingleton(static provider =>
        {
            provider.GetRequiredService<Connection>();
            return new RawHandler(provider.GetRequiredService<HandlerProbe>());
        });
        var handler = new TaskCompletionSource();
        bool? wasOpen = null;
        Connection connection = null!;
        host.Probe.Handler = async (_, _) =>
        {
            await handler.Task;
            wasOpen = !connection.IsDisposed;
        };
        var source = await host.StartAssignedAsync();
        connection = host.Host.Services.GetRequiredService<Connection>();
        var orders = host.Orders;
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);

        var disposal = DisposeAsync(host.Host.Services, isAsync);
        Waiting.Until(() => orders.GetSnapshot().Workers[0].State == WorkerState.Stopping);
        handler.SetResult();
        await disposal.Soon();

        Assert.True(wasOpen);
        Assert.Equal(1, Assert.Single(source.Commits).Offset.Value);
    }

    [Fact]
    public async Task Dispose_HandlerDoesNotReturn_WaitsForTheDrainTimeoutAndNoLonger()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(50));
        using var cancelled = new ManualResetEventSlim();
        host.Probe.Handler = async (_, token) =>
        {
            using var registration = token.Register(cancelled.Set);
            await Task.Delay(Timeout.Infinite, token);
        };
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);

        await host.Clock.RunUntilAsync(DisposeAsync(host.Host, isAsync: false));

        cancelled.WaitHandle.Soon();
        Assert.True(source.IsClosed);
        Assert.Empty(source.Commits);
    }

    /// <summary>It cannot wait for its own consumer; what the handlers of others use is there until they have ended.</summary>
    [Fact]
    public async Task DisposeAsync_ByAHandler_WaitsForTheOtherConsumers()
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");
        var other = new TaskCompletionSource();
        var disposing = new TaskCompletionSource();
        Task? disposal = null;
        host.Probe.Handler = async (context, _) =>
        {
            if (context.Consumer == "payments")
            {
                await other.Task;
                return;
            }

            disposal = ((IAsyncDisposable)host.Host).DisposeAsync().AsTask();
            disposing.SetResult();
            await disposal;
        };
        await host.StartAsync();
        FakeSource[] sources = [host.Sources.Next(), host.Sources.Next()];
        var payments = sources.Single(static source => source.Consumer == "payments");
        payments.Give(0);
        payments.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Probe.Calls.Count == 1);
        var orders = sources.Single(static source => source.Consumer == "orders");
        orders.Give(0);
        orders.Deliver(0, start: 0, count: 1);
        await disposing.Task.Soon();
        Assert.False(disposal!.IsCompleted);

        other.SetResult();

        await disposal.Soon();
        Assert.Equal(1, Assert.Single(payments.Commits).Offset.Value);
        Assert.True(payments.IsClosed);
    }

    [Fact]
    public async Task Dispose_NeverStarted_DoesNothing()
    {
        await using var host = ConsumerHost.OfOrders();

        await DisposeAsync(host.Host, isAsync: true).Soon();

        Assert.Equal(0, host.Sources.Calls);
    }

    private static Task DisposeAsync(object disposed, bool isAsync) => Task.Run(async () =>
    {
        if (isAsync)
        {
            await ((IAsyncDisposable)disposed).DisposeAsync();
        }
        else
        {
            ((IDisposable)disposed).Dispose();
        }
    });

    private sealed class Connection : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class FailingService(Action before) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            before();
            throw new IOException("address in use");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
