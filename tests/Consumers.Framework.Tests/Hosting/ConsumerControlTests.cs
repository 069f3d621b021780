using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>What code can do with a consumer, beside stopping it.</summary>
public sealed class ConsumerControlTests
{
    [Fact]
    public async Task StartAsync_ClientIsNeverMade_DoesNotWait()
    {
        await using var host = ConsumerHost.OfOrders();
        using var making = new ManualResetEventSlim();
        host.Sources.OnCreate = _ => making.Wait();

        await host.StartAsync();

        Waiting.Until(() => host.Sources.Calls == 1);
        Assert.Equal(WorkerState.Starting, host.Worker.State);
        making.Set();
    }

    [Fact]
    public async Task Enabled_False_NeedsNothingAndRunsNothing()
    {
        await using var host = new ConsumerHost().Section("orders").Configure("Kafka:Consumers:orders:Enabled", "false")
            .Configure("Kafka:Consumers:orders:Failures:Pipeline", "unknown");
        host.Services.AddSingleton<HomelessHandler>();
        host.Services.AddKafkaConsumer<HomelessHandler>("orders");

        await host.StartAsync();

        Assert.Equal(0, host.Sources.Calls);
        Assert.Single(host.Logged(EventIds.ConsumerDisabled));
        Assert.Empty(host.Orders.GetSnapshot().Workers);
        Assert.Equal("billing", host.Orders.GetSnapshot().GroupId);
        Assert.Equal(
            "Consumer 'orders' is not enabled; set its option Enabled to true and start the host again.",
            Assert.Throws<InvalidOperationException>(host.Orders.Start).Message);
        await host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();
        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task StartPaused_UntilResumed_PausesWhatIsAssigned()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.StartPaused = true);
        var source = await host.StartAssignedAsync();
        Waiting.Until(() => source.Paused.Count == 1, "The partition was not paused.");
        Assert.True(host.Orders.GetSnapshot().Paused);

        host.Orders.Resume();

        Waiting.Until(() => source.Paused.Count == 0, "The partition was not resumed.");
        Assert.False(host.Orders.GetSnapshot().Paused);
    }

    [Fact]
    public async Task Pause_AcrossStopAndStart_Stands()
    {
        await using var host = ConsumerHost.OfOrders();
        var first = await host.StartAssignedAsync();
        Assert.Empty(first.Paused);

        host.Orders.Pause();
        Waiting.Until(() => first.Paused.Count == 1, "The partition was not paused.");
        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();
        host.Orders.Start();
        var second = host.Sources.Next();
        second.Give(0);

        Waiting.Until(() => second.Paused.Count == 1, "The new client's partition was not paused.");
    }

    [Fact]
    public async Task WaitForAssignmentAsync_SeveralWorkers_WaitsForAll()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2);
        await host.StartAsync();
        var wait = host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        host.Sources.Next().Give(0);
        Waiting.Until(() => host.Orders.GetSnapshot().Workers.Any(static worker => worker.State == WorkerState.Running));
        Assert.False(wait.IsCompleted);

        // An empty assignment is one as well.
        host.Sources.Next().Give();

        await wait.Soon();
        Waiting.Until(() => host.Orders.GetSnapshot().Workers.Any(static worker => worker.State == WorkerState.Standby));
    }

    [Fact]
    public async Task WaitForAssignmentAsync_BeforeTheStart_WaitsForItToo()
    {
        await using var host = ConsumerHost.OfOrders();
        var wait = host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        await host.StartAsync();
        var source = host.Sources.Next();
        await source.Subscribed.Soon();
        Assert.False(wait.IsCompleted);

        source.Give(0);

        await wait.Soon();
    }

    [Fact]
    public async Task WaitForAssignmentAsync_AfterAStop_WaitsForTheNextStart()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAssignedAsync();
        await host.Orders.StopAsync(TestContext.Current.CancellationToken).Soon();
        var wait = host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        Assert.False(wait.IsCompleted);

        host.Orders.Start();
        var source = host.Sources.Next();
        await source.Subscribed.Soon();
        Assert.False(wait.IsCompleted);
        source.Give(0);

        await wait.Soon();
    }

    [Fact]
    public async Task WaitForAssignmentAsync_Cancelled_Ends()
    {
        await using var host = ConsumerHost.OfOrders();
        using var patience = new CancellationTokenSource();
        var wait = host.Orders.WaitForAssignmentAsync(patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Soon());
    }

    [Fact]
    public async Task GetSnapshot_BeforeTheStart_ShowsStoppedWorkers()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2);

        var snapshot = host.Orders.GetSnapshot();

        Assert.Equal(["orders"], snapshot.Topics);
        Assert.Equal([0, 1], snapshot.Workers.Select(static worker => worker.Index));
        Assert.All(snapshot.Workers, static worker => Assert.Equal((WorkerState.Stopped, TimeSpan.Zero, 0L), (worker.State, worker.SincePoll, worker.Handled)));
    }

    [Fact]
    public async Task Consumers_ByName_FindsThemOrListsThem()
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");

        Assert.Equal("payments", host.Consumers["payments"].Name);
        Assert.Equal(["orders", "payments"], host.Consumers.Select(static consumer => consumer.Name));
        Assert.Equal(2, host.Consumers.Count);
        Assert.Equal(
            "No consumer is named 'Orders'; there are 'orders', 'payments'.",
            Assert.Throws<KeyNotFoundException>(() => host.Consumers["Orders"]).Message);
    }

    [Fact]
    public async Task HostedService_SeveralConsumers_IsOne()
    {
        await using var host = ConsumerHost.OfOrders().Add("payments");

        Assert.Single(host.Host.Services.GetServices<IHostedService>());
    }

    [Fact]
    public async Task ExplicitPartitions_SeveralWorkers_AreDealtOut()
    {
        await using var host = ConsumerHost.OfOrders(static options =>
        {
            options.Topics.Clear();
            options.Partitions["orders"] = [0, 1, 2];
            options.Workers = 2;
        });

        await host.StartAsync();
        await host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(
            [[0, 2], [1]],
            host.Orders.GetSnapshot().Workers.Select(static worker => worker.Partitions.Select(static partition => partition.TopicPartition.Partition.Value)));
    }
}
