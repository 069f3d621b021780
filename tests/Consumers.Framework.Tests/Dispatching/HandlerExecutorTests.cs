using Consumers.Framework.Dispatching;
using Consumers.Framework.Rebalancing;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

public sealed class HandlerExecutorTests
{
    [Fact]
    public void Dedicated_BlockingHandlers_AllRunOnItsOneThread()
    {
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"), time: TimeProvider.System);
        var leases = Enumerable.Range(0, 4).Select(partition => world.OpenWith(200, partition)).ToList();
        Waiting.Until(() => leases.All(static lease => lease.Handled == 200));
        Assert.All(world.Invoker.Calls, static call => Assert.Equal("orders/0 handler", call.Thread));
        Assert.Equal(1, world.Invoker.MostRunning);
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>The thread throws at its next wait: by then the handler has returned.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Interrupt_HandlerLeavesOneBehind_HarmsNothing(int permits)
    {
        using var world = new World(options => options.MaxConcurrency = permits, HandlerExecutor.Create(permits, "orders/0 handler"), TimeProvider.System);
        world.Invoker.Handler = static (_, _) =>
        {
            Thread.CurrentThread.Interrupt();
            return ValueTask.CompletedTask;
        };
        for (var partition = 0; partition < 3; partition++)
        {
            var lease = world.OpenWith(20, partition);
            Waiting.Until(() => lease.Handled == 20);
        }
    }

    /// <summary>A watchdog of the application's that knows the thread, and comes too late.</summary>
    [Fact]
    public void Interrupt_ThreadWaitsForRecords_GoesOnWaiting()
    {
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"), time: TimeProvider.System);
        Thread? thread = null;
        world.Invoker.Handler = (_, _) =>
        {
            thread = Thread.CurrentThread;
            return ValueTask.CompletedTask;
        };
        var first = world.OpenWith(1, partition: 0);
        Waiting.Until(() => first.Handled == 1 && thread!.ThreadState.HasFlag(ThreadState.WaitSleepJoin));

        thread!.Interrupt();

        var second = world.OpenWith(1, partition: 1);
        Waiting.Until(() => second.Handled == 1);
        Assert.True(thread.IsAlive);
    }

    [Fact]
    public async Task Dedicated_HandlerThatAwaits_KeepsThePermit()
    {
        var gates = new Gates();
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"), time: TimeProvider.System);
        world.Invoker.Handler = gates.Handle;
        var first = world.OpenWith(1, partition: 0);
        Waiting.Until(() => world.Invoker.Calls.Count == 1);
        var second = world.OpenWith(1, partition: 1);
        await Task.Yield();
        Assert.Single(world.Invoker.Calls);
        gates.Open(0, partition: 0);
        Waiting.Until(() => world.Invoker.Calls.Count == 2);
        gates.Open(0, partition: 1);
        Waiting.Until(() => first.Handled == 1 && second.Handled == 1);
        Assert.Equal(1, world.Invoker.MostRunning);
    }

    [Fact]
    public void Dedicated_RetryAfterBackoff_RunsOnItsThreadAgain()
    {
        using var world = new World(
            executor: HandlerExecutor.Create(1, "orders/0 handler"), time: TimeProvider.System, pipeline: Pipelines.Retry(TimeProvider.System, 3));
        world.Invoker.Handler = static (context, _) => context.Attempt < 3 ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        Waiting.Until(() => lease.Handled == 1);
        Assert.Equal([1, 2, 3], world.Invoker.Calls.Select(static call => call.Attempt));
        Assert.All(world.Invoker.Calls, static call => Assert.Equal("orders/0 handler", call.Thread));
    }

    [Fact]
    public void Dedicated_StragglerAfterItsEnd_StillGivesItsRecordBack()
    {
        var gates = new Gates();
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"), time: TimeProvider.System);
        world.Invoker.Handler = gates.Handle;
        var lease = world.OpenWith(3);
        Waiting.Until(() => world.Invoker.Calls.Count == 1);
        lease.Close(CloseReason.Lost);
        world.Executor.Dispose();
        gates.Open(0);
        Waiting.Until(() => world.Reader.Released == 3);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void ThreadPool_ManyPartitions_NeverMoreThanItsPermits()
    {
        using var world = new World(static options => options.MaxConcurrency = 3, HandlerExecutor.Create(3, "unused"), TimeProvider.System);
        world.Invoker.Handler = static async (_, _) => await Task.Yield();
        var leases = Enumerable.Range(0, 8).Select(partition => world.OpenWith(500, partition)).ToList();
        Waiting.Until(() => leases.All(static lease => lease.Handled == 500));
        Assert.InRange(world.Invoker.MostRunning, 2, 3);
        foreach (var partition in Enumerable.Range(0, 8))
        {
            Assert.Equal(Enumerable.Range(0, 500).Select(static offset => (long)offset), world.Invoker.Calls.Where(call => call.Partition == partition).Select(static call => call.Offset));
        }

        world.Reader.AssertAllReleasedOnce();
    }
}
