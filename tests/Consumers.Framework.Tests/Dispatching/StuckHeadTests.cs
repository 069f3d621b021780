using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>Records run side by side, and the first of them does not come back.</summary>
public sealed class StuckHeadTests
{
    private const int MaxUncommitted = 10;
    private const int MaxBuffered = 20;

    private readonly Gates _gates = new();

    [Fact]
    public void Scenario09_Run_HeadIsStuck_CommitNeverPassesItAndNothingGrowsWithoutABound()
    {
        using var world = new World(static options =>
        {
            (options.Ordering, options.MaxConcurrency) = (RecordOrdering.None, 4);
            options.Commit.MaxUncommitted = MaxUncommitted;
            options.Buffer.MaxRecords = MaxBuffered;
        });
        world.Invoker.Handler = (context, token) => context.Offset == 0 ? _gates.Handle(context, token) : ValueTask.CompletedTask;
        var lease = world.OpenWith(MaxUncommitted + 1 + MaxBuffered);

        world.Manual.RunAll();

        // Of the others only so many may run ahead; the rest waits, and the partition is fetched no further.
        Assert.Equal(MaxUncommitted, lease.Handled);
        Assert.Null(lease.Commits.NextCommit());
        Assert.True(lease.Buffer.IsFull);
        world.Clock.Advance(TimeSpan.FromSeconds(90));
        var snapshot = lease.GetSnapshot();
        Assert.Equal((0, TimeSpan.FromSeconds(90)), (snapshot.OldestInFlightOffset, snapshot.OldestInFlightAge));
        Assert.Equal((MaxBuffered, PartitionState.Running), (snapshot.Buffered, snapshot.State));

        _gates.Open(0);
        Waiting.Until(() =>
        {
            world.Manual.RunAll();
            World.Commit(lease);
            return lease.GetSnapshot().Committed == MaxUncommitted + 1 + MaxBuffered;
        });
        world.Reader.AssertAllReleasedOnce();
    }
}
