using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>When a consumer has caught up, when it is idle, and who is told.</summary>
public sealed class ProgressTests
{
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentQueue<string> _told = new();

    [Fact]
    public async Task CaughtUp_PartitionIsAtItsEndAndItsHandlersHaveReturned_NotBefore()
    {
        await using var host = Host();
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        host.Ends[0] = 6;
        var source = await host.StartWithAsync(0);
        var caughtUp = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        source.Deliver(0, start: 5, count: 1);
        source.End(0, 6);
        Waiting.Until(() => host.Worker.Partitions[0].HighWatermark == 6);
        await LookAsync(host, source);
        Assert.False(caughtUp.IsCompleted);

        handler.SetResult();

        await host.Clock.RunUntilAsync(caughtUp);
        host.Clock.RunUntil(() => host.Logged(EventIds.CaughtUp).Count > 0);
        Assert.StartsWith("orders/0: caught up with its 1 partitions (orders[0])", Assert.Single(host.Logged(EventIds.CaughtUp)).Message, StringComparison.Ordinal);
        Waiting.Until(() => _told.Count == 1);
        Assert.Equal(["caught up orders/0 0"], _told);
    }

    /// <summary>With records coming all the time, the end of now is behind the next record; the end of then counts.</summary>
    [Fact]
    public async Task CaughtUp_MoreRecordsComeBeforeItIsHandled_TheEndOfThenCounts()
    {
        await using var host = Host();
        var last = new TaskCompletionSource();
        host.Probe.Handler = (context, _) => context.Offset == 6 ? new ValueTask(last.Task) : ValueTask.CompletedTask;
        host.Ends[0] = 6;
        var source = await host.StartWithAsync(0);
        source.Deliver(0, start: 5, count: 1);
        source.End(0, 6);
        source.Deliver(0, start: 6, count: 1);

        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));

        last.SetResult();
    }

    [Fact]
    public async Task CaughtUp_NothingInThePartition_IsCaughtUpAtItsEnd()
    {
        await using var host = Host();
        host.Ends[0] = 40;
        var source = await host.StartWithAsync(0, 1);
        source.End(0, 40);
        await LookAsync(host, source);
        Assert.Empty(host.Logged(EventIds.CaughtUp));

        source.End(1, 0);

        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        host.Clock.RunUntil(() => host.Logged(EventIds.CaughtUp).Count > 0);
        Assert.Single(host.Logged(EventIds.CaughtUp));
    }

    [Fact]
    public async Task CaughtUp_MoreIsAssigned_BeginsAnewAndIsToldOnceForEachAssignment()
    {
        await using var host = Host();
        host.Ends[0] = 40;
        host.Ends[1] = 3;
        var source = await host.StartWithAsync(0);
        source.End(0, 40);
        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        host.Clock.RunUntil(() => host.Logged(EventIds.CaughtUp).Count > 0);
        source.Give(1);
        Waiting.Until(() => host.Worker.Partitions.Count == 2);
        var again = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        source.End(0, 50);
        await LookAsync(host, source);
        Assert.False(again.IsCompleted);

        source.End(1, 3);

        await host.Clock.RunUntilAsync(again);
        source.End(1, 4);
        await LookAsync(host, source);
        Waiting.Until(() => _told.Count == 2);
        Assert.Equal(["caught up orders/0 0", "caught up orders/0 0,1"], _told);
        Assert.Equal(2, host.Logged(EventIds.CaughtUp).Count);
    }

    [Fact]
    public async Task WaitForCatchUp_SeveralWorkers_WaitsForAllAndAWorkerWithoutPartitionsHasNothingToCatchUpWith()
    {
        await using var host = Host(static options => options.Workers = 2);
        host.Ends[0] = 40;
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next() };
        var caughtUp = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken);
        sources[0].Give(0);
        sources[0].End(0, 40);
        host.Clock.RunUntil(() => host.Logged(EventIds.CaughtUp).Count > 0);
        await LookAsync(host, sources[0]);
        Assert.False(caughtUp.IsCompleted);

        sources[1].Give();

        await host.Clock.RunUntilAsync(caughtUp);
        Assert.Single(host.Logged(EventIds.CaughtUp));
    }

    [Fact]
    public async Task WaitForCatchUp_ClientFails_WaitsForTheNextOnes()
    {
        await using var host = Host();
        host.Ends[0] = 40;
        var source = await host.StartWithAsync(0);
        source.End(0, 40);
        await host.Clock.RunUntilAsync(host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        Task? again = null;
        host.Clock.Pass(TimeSpan.FromSeconds(1), () => again = host.Orders.WaitForCatchUpAsync(TestContext.Current.CancellationToken));
        var next = host.Sources.Next();
        next.Give(0);
        await LookAsync(host, next);
        Assert.False(again!.IsCompleted);

        next.End(0, 40);

        await host.Clock.RunUntilAsync(again);
    }

    [Fact]
    public async Task Idle_NothingComes_IsToldOnceForEachPeriod()
    {
        await using var host = Host(static options => options.IdleAfter = IdleAfter);
        var source = await host.StartWithAsync(0);
        await PassAsync(host, source, IdleAfter - TimeSpan.FromSeconds(1));
        Assert.Empty(_told);
        await PassAsync(host, source, TimeSpan.FromSeconds(1));
        Waiting.Until(() => _told.Count == 1);
        await PassAsync(host, source, IdleAfter * 2);
        Assert.Equal(["idle orders/0 0"], _told);

        source.Deliver(0, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        await PassAsync(host, source, TimeSpan.FromSeconds(1));
        await PassAsync(host, source, IdleAfter);

        Waiting.Until(() => _told.Count == 2);
        Assert.Equal(2, host.Logged(EventIds.Idle).Count);
        Assert.StartsWith("orders/0: idle for 00:05:00", host.Logged(EventIds.Idle)[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_HandlerRunsOrTheConsumerIsPaused_IsNotIdle(bool paused)
    {
        await using var host = Host(static options => options.IdleAfter = IdleAfter);
        var handler = new TaskCompletionSource();
        host.Probe.Handler = (_, _) => new ValueTask(handler.Task);
        var source = await host.StartWithAsync(0);
        if (paused)
        {
            host.Orders.Pause();
            Waiting.Until(() => source.Paused.Count == 1);
        }
        else
        {
            source.Deliver(0, start: 0, count: 1);
            Waiting.Until(() => host.Probe.Calls.Count == 1);
        }

        await PassAsync(host, source, IdleAfter);
        await PassAsync(host, source, IdleAfter);
        Assert.Empty(host.Logged(EventIds.Idle));

        handler.SetResult();
        host.Orders.Resume();
        Waiting.Until(() => source.Paused.Count == 0 && host.Orders.GetSnapshot().Handled == (paused ? 0 : 1));
        await PassAsync(host, source, TimeSpan.FromSeconds(1));
        await PassAsync(host, source, IdleAfter);
        host.Clock.RunUntil(() => host.Logged(EventIds.Idle).Count > 0);
    }

    [Fact]
    public async Task Listener_Hangs_NobodyWaitsForIt()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(50));
        var hanging = new TaskCompletionSource();
        host.Services.AddSingleton(new TellingListener(_ => hanging.Task));
        host.Builder.UseProgressListener<TellingListener>();
        var source = await host.StartWithAsync(0);
        source.End(0, 0);
        source.Deliver(0, start: 0, count: 1);

        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 1);
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerGivenUp).Count > 0);
        source.Give(1);
        source.End(1, 0);
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerSkipped).Count > 0);
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.StartsWith("orders/0: TellingListener.OnCaughtUpAsync has not returned after", host.Logged(EventIds.ListenerGivenUp)[0].Message, StringComparison.Ordinal);
        hanging.SetResult();
    }

    /// <summary>A listener that stops its own consumer and waits for that does not wait for itself.</summary>
    [Fact]
    public async Task Listener_StopsItsConsumer_EndsIt()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Services.AddSingleton(new TellingListener(_ => host.Orders.StopAsync(TestContext.Current.CancellationToken)));
        host.Builder.UseProgressListener<TellingListener>();
        var source = await host.StartWithAsync(0);

        source.End(0, 0);

        await host.Clock.RunUntilAsync(source.Closed);
    }

    private ConsumerHost Host(Action<KafkaConsumerOptions>? configure = null)
    {
        var host = ConsumerHost.OfOrders(configure);
        host.Services.AddSingleton(new TellingListener(what =>
        {
            _told.Enqueue(what);
            return Task.CompletedTask;
        }));
        host.Builder.UseProgressListener<TellingListener>();
        return host;
    }

    /// <summary>The loop looks ten times a second.</summary>
    private static Task LookAsync(ConsumerHost host, FakeSource source) => PassAsync(host, source, TimeSpan.FromMilliseconds(100));

    /// <summary>Lets time pass of which the loop has had a look at the beginning and the end. It looks after a poll: with the second one it has.</summary>
    private static async Task PassAsync(ConsumerHost host, FakeSource source, TimeSpan time)
    {
        await source.PollsAsync(2).Soon();
        host.Clock.Advance(time);
        await source.PollsAsync(2).Soon();
    }

    private sealed class TellingListener(Func<string, Task> tell) : IKafkaProgressListener
    {
        public ValueTask OnCaughtUpAsync(ProgressContext context, CancellationToken cancellationToken) => new(tell($"caught up {Name(context)}"));

        public ValueTask OnIdleAsync(ProgressContext context, CancellationToken cancellationToken) => new(tell($"idle {Name(context)}"));

        private static string Name(ProgressContext context) =>
            $"{context.Consumer}/{context.Worker} {string.Join(',', context.Partitions.Select(static partition => partition.Partition.Value))}";
    }
}
