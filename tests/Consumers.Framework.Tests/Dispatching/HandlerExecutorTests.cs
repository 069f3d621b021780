using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

public sealed class HandlerExecutorTests
{
    [Fact]
    public void Dedicated_BlockingHandlers_AllRunOnItsOneThread()
    {
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"));
        var leases = Enumerable.Range(0, 4).Select(partition => world.OpenWith(200, partition)).ToList();
        Waiting.Until(() => leases.All(static lease => lease.Handled == 200));
        Assert.All(world.Invoker.Calls, static call => Assert.Equal("orders/0 handler", call.Thread));
        Assert.Equal(1, world.Invoker.MostRunning);
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>A handler, or a watchdog of the application's, interrupts the thread, and it hears that when it waits for the next record.</summary>
    [Fact]
    public void Dedicated_ThreadIsInterruptedWhileItWaits_GoesOn()
    {
        using var executor = HandlerExecutor.Create(1, "orders/0 handler");
        var first = new Work(executor);
        executor.Schedule(first);
        Waiting.Until(() => first.Thread?.ThreadState.HasFlag(ThreadState.WaitSleepJoin) == true);

        first.Thread!.Interrupt();

        var second = new Work(executor);
        executor.Schedule(second);
        Waiting.Until(() => second.Thread is not null);
        Assert.Same(first.Thread, second.Thread);
    }

    [Fact]
    public async Task Dedicated_HandlerThatAwaits_KeepsThePermit()
    {
        var gates = new Gates();
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"));
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
        var clock = new TimerClock();
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"), time: clock, pipeline: Pipelines.Retry(clock, 3));
        world.Invoker.Handler = static (context, _) => context.Attempt < 3 ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(1);
        clock.Pass(TimeSpan.FromMilliseconds(200), () => Assert.Single(world.Invoker.Calls));
        clock.Pass(TimeSpan.FromMilliseconds(400), () => Assert.Equal(2, world.Invoker.Calls.Count));
        Waiting.Until(() => lease.Handled == 1);
        Assert.Equal([1, 2, 3], world.Invoker.Calls.Select(static call => call.Attempt));
        Assert.All(world.Invoker.Calls, static call => Assert.Equal("orders/0 handler", call.Thread));
    }

    [Fact]
    public void Dedicated_StragglerAfterItsEnd_StillGivesItsRecordBack()
    {
        var gates = new Gates();
        using var world = new World(executor: HandlerExecutor.Create(1, "orders/0 handler"));
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
        using var world = new World(static options => options.MaxConcurrency = 3, HandlerExecutor.Create(3, "unused"));
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

    private sealed class Work(HandlerExecutor executor) : IThreadPoolWorkItem
    {
        private Thread? _thread;

        public Thread? Thread => Volatile.Read(ref _thread);

        public void Execute()
        {
            Volatile.Write(ref _thread, System.Threading.Thread.CurrentThread);
            executor.Release();
        }
    }
}
