using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Leases;

/// <summary>A process never runs two handlers for one offset at the same time, whatever became of the partition meanwhile.</summary>
public sealed class PartitionLeaseSuccessionTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void Scenario14_Follow_HandlerOfTheEarlierLeaseStillRuns_NothingStartsBeforeItReturns()
    {
        using var world = Hold();
        var earlier = world.OpenWith(2);
        world.Manual.RunAll();
        earlier.Close(CloseReason.Lost);
        var lease = Succeed(world, earlier);
        lease.Receive(world.Reader.Range(0, 2));
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);

        _gates.Open(0);
        world.Manual.RunAll();
        Assert.Equal([0, 0, 1], world.Invoker.Offsets);
        Assert.Equal(1, world.Invoker.MostRunning);
        Assert.Null(earlier.Commits.NextCommit());
        _gates.Open(1);
        Assert.Equal(2, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Follow_NothingOfTheEarlierLeaseRuns_WaitsForNothing()
    {
        using var world = Hold();
        var earlier = world.OpenWith(1);
        earlier.Close(CloseReason.Revoked);
        var lease = Succeed(world, earlier, waits: false);
        lease.Receive(world.Reader.Range(0, 1));
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
    }

    /// <summary>The one in the middle never started anything, and still stands between the two.</summary>
    [Fact]
    public void Follow_ThroughALeaseThatCameAndWent_WaitsForTheFirst()
    {
        using var world = Hold();
        var first = world.OpenWith(1);
        world.Manual.RunAll();
        first.Close(CloseReason.Lost);
        var second = Succeed(world, first);
        second.Receive(world.Reader.Range(0, 1));
        second.BeginDrain();
        Assert.True(second.IsDrained);
        second.Close(CloseReason.Revoked);
        var third = Succeed(world, second);
        third.Receive(world.Reader.Range(0, 1));
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);

        _gates.Open(0);
        world.Manual.RunAll();
        Assert.Equal([0, 0], world.Invoker.Offsets);
        Assert.Equal(1, third.Handled);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Follow_EarlierRecordFailsAndIsGivenUp_GoesOn()
    {
        using var world = Hold();
        var earlier = world.OpenWith(1);
        world.Manual.RunAll();
        earlier.Close(CloseReason.Lost);
        var lease = Succeed(world, earlier);
        lease.Receive(world.Reader.Range(0, 1));
        world.Invoker.Handler = null;
        _gates.Fail(0, new IOException());
        world.Manual.RunAll();
        Assert.Equal(1, lease.Handled);
        Assert.Equal(2, world.Invoker.Calls.Count);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void GetSnapshot_WhileItWaits_ShowsTheHandlerThatItWaitsFor()
    {
        using var world = Hold();
        var earlier = world.OpenWith(1, start: 7);
        world.Manual.RunAll();
        earlier.Close(CloseReason.Lost);
        var lease = Succeed(world, earlier);
        _clock.Advance(TimeSpan.FromMinutes(2));
        var waiting = lease.GetSnapshot();
        Assert.Equal((PartitionState.WaitingForHandler, 7, TimeSpan.FromMinutes(2)), (waiting.State, waiting.OldestInFlightOffset, waiting.OldestInFlightAge));

        _gates.Open(7);
        world.Manual.RunAll();
        Assert.Equal((PartitionState.Running, null), (lease.GetSnapshot().State, lease.GetSnapshot().OldestInFlightOffset));
    }

    [Fact]
    public void Take_LeaseHasEnded_IsForgotten()
    {
        using var world = Hold();
        var earlier = world.OpenWith(1);
        world.Holders.Take(earlier);
        world.Manual.RunAll();
        earlier.Close(CloseReason.Lost);
        var lease = world.Open(partition: 1);
        Assert.Null(world.Holders.Take(lease));
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.Null(world.Holders.Take(new PartitionLease(earlier.TopicPartition, 9, world.Environment)));
    }

    /// <summary>Handlers return at the very moment at which the next lease is opened.</summary>
    [Theory]
    [InlineData(RecordOrdering.Partition)]
    [InlineData(RecordOrdering.Key)]
    public void Follow_HandlersReturnMeanwhile_NeverRunsAnOffsetTwiceAtOnceAndNeverStandsStill(RecordOrdering ordering)
    {
        using var executor = new ThreadPoolExecutor(4);
        using var world = new World(options => (options.Ordering, options.MaxConcurrency) = (ordering, 4), executor);
        var running = new int[4];
        var overlaps = 0;
        world.Invoker.Handler = async (context, _) =>
        {
            var offset = (int)context.Offset.Value;
            overlaps += Interlocked.Increment(ref running[offset]) > 1 ? 1 : 0;
            await Task.Yield();
            Interlocked.Decrement(ref running[offset]);
        };
        var lease = new PartitionLease(new("orders", 0), 0, world.Environment);
        for (var epoch = 1; epoch <= 2_000; epoch++)
        {
            lease.Receive(world.Reader.Range(0, 4, static offset => [(byte)offset]));
            lease.Close(CloseReason.Lost);
            var next = new PartitionLease(lease.TopicPartition, epoch, world.Environment);
            next.Follow(lease);
            lease = next;
        }

        lease.Receive(world.Reader.Range(0, 4, static offset => [(byte)offset]));
        Waiting.Until(() => lease.Handled == 4);
        Assert.Equal(0, overlaps);
        Waiting.Until(() => world.Reader.Made == world.Reader.Released);
    }

    private static PartitionLease Succeed(World world, PartitionLease earlier, bool waits = true)
    {
        var lease = new PartitionLease(earlier.TopicPartition, earlier.Epoch + 1, world.Environment);
        Assert.Equal(waits, lease.Follow(earlier));
        return lease;
    }

    private World Hold()
    {
        var world = new World(static options => options.MaxConcurrency = 4, time: _clock);
        world.Invoker.Handler = _gates.Handle;
        return world;
    }
}
