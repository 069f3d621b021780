using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Leases;

public sealed class PartitionLeaseDrainTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void BeginDrain_RecordInFlight_WaitsForItAloneAndDropsTheRest()
    {
        using var world = Hold();
        var lease = world.OpenWith(5);
        world.Manual.RunAll();
        lease.BeginDrain();
        Assert.False(lease.IsDrained);
        Assert.Equal(4, world.Reader.Released);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.True(lease.IsDrained);
        Assert.Equal([0], world.Invoker.Offsets);
        Assert.Equal(1, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Scenario18_BeginDrain_NothingStarted_IsOverAtOnceAndCommitsNothing()
    {
        using var world = Hold();
        var lease = world.OpenWith(5);
        lease.BeginDrain();
        Assert.True(lease.IsDrained);
        Assert.Null(lease.Commits.NextCommit());
        lease.Close(CloseReason.Revoked);
        world.Manual.RunAll();
        Assert.Empty(world.Invoker.Calls);
        Assert.Equal(1, world.Manual.Free);
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>What is below a record that has started would be repeated if it were dropped, and that record with it.</summary>
    [Theory]
    [InlineData(RecordOrdering.Key)]
    [InlineData(RecordOrdering.None)]
    public void BeginDrain_SeveralLanes_RunsWhatIsBelowTheHighestStarted(RecordOrdering ordering)
    {
        using var world = Hold(options => (options.Ordering, options.MaxConcurrency) = (ordering, 2));
        var lease = world.OpenWith(8, key: static offset => [(byte)(offset is 3 or 7 ? 1 : 0)]);
        world.Manual.RunAll();
        var started = world.Invoker.Offsets;
        var highest = started.Max();
        Assert.Equal(2, started.Count);
        lease.BeginDrain();
        foreach (var offset in Enumerable.Range(0, (int)highest + 1))
        {
            Assert.False(lease.IsDrained);
            _gates.Open(offset);
            world.Manual.RunAll();
        }

        Assert.True(lease.IsDrained);
        Assert.Equal(Enumerable.Range(0, (int)highest + 1).Select(static offset => (long)offset), world.Invoker.Offsets.Order());
        Assert.Equal(highest + 1, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Scenario17_BeginDrain_HandlerThenFails_EndsAtOnce()
    {
        using var world = Hold(time: _clock, pipeline: true);
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        lease.BeginDrain();
        _gates.Fail(0, new IOException());
        world.Manual.RunAll();
        Assert.True(lease.IsDrained);
        Assert.Null(lease.Commits.NextCommit());
        Assert.Equal((1, 0), (world.Manual.Free, world.Manual.Ready));
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>What is queued behind it in its lane will not run, and so is not waited for; what runs in another lane is.</summary>
    [Fact]
    public void Scenario17_BeginDrain_OneOfSeveralLanesFails_WaitsForTheOthersInFlightAlone()
    {
        using var world = Hold(options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 2), _clock, pipeline: true);
        var lease = world.OpenWith(4, key: static offset => [(byte)(offset == 3 ? 1 : 0)]);
        world.Manual.RunAll();
        Assert.Equal([0, 3], world.Invoker.Offsets.Order());
        lease.BeginDrain();
        _gates.Fail(0, new IOException());
        world.Manual.RunAll();
        Assert.False(lease.IsDrained);
        _gates.Open(3);
        world.Manual.RunAll();
        Assert.True(lease.IsDrained);
        Assert.Null(lease.Commits.NextCommit());
        Assert.Equal(2, world.Invoker.Calls.Count);
    }

    /// <summary>Keys: 0 and 3 are one's, 1 and 4 another's, 2 and 5 a third's. What is below the failed record can still be committed.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scenario17_BeginDrain_OneOfSeveralLanesFails_RunsWhatIsBelowIt(bool failsBefore)
    {
        using var world = Hold(options => (options.Ordering, options.MaxConcurrency) = (RecordOrdering.Key, 3), _clock, pipeline: true);
        var lease = world.OpenWith(6, key: static offset => [(byte)(offset % 3)]);
        world.Manual.RunAll();
        _gates.Open(1);
        _gates.Open(2);
        world.Manual.RunAll();
        Assert.Equal([0, 1, 2, 4, 5], world.Invoker.Offsets.Order());
        if (failsBefore)
        {
            _gates.Fail(4, new IOException());
            world.Manual.RunAll();
            Assert.Equal(PartitionState.Retrying, lease.GetSnapshot().State);
        }

        lease.BeginDrain();
        if (!failsBefore)
        {
            _gates.Fail(4, new IOException());
            world.Manual.RunAll();
        }

        _gates.Open(5);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.False(lease.IsDrained);
        _gates.Open(3);
        world.Manual.RunAll();
        Assert.True(lease.IsDrained);
        Assert.Equal(4, World.Commit(lease));
        Waiting.Until(() => world.Reader.Released == 6);
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>What is committed ahead is nobody else's to run.</summary>
    [Fact]
    public void BeginDrain_AtMostOnceAndARecordFails_RunsTheRestOfWhatIsCommitted()
    {
        using var world = Hold(static options => options.Commit.Strategy = CommitStrategy.AtMostOnce, _clock, pipeline: true);
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(3, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
        lease.BeginDrain();
        _gates.Fail(0, new IOException());
        _gates.Open(1);
        _gates.Open(2);
        world.Manual.RunAll();
        Waiting.Until(() =>
        {
            world.Manual.RunAll();
            return lease.IsDrained;
        });
        Assert.Equal([0, 1, 2], world.Invoker.Offsets);
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Scenario19_BeginDrain_RecordInBackoff_IsAbandonedAtOnce()
    {
        using var world = Hold(time: _clock, pipeline: true);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(PartitionState.Retrying, lease.GetSnapshot().State);
        lease.BeginDrain();
        Assert.True(lease.IsDrained);
        Waiting.Until(() => world.Reader.Released == 3);
        Assert.Single(world.Invoker.Calls);
        Assert.Null(lease.Commits.NextCommit());
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void BeginDrain_BlockedRecord_IsAbandonedAtOnce()
    {
        using var world = Hold(time: _clock);
        world.Invoker.Handler = static (context, _) => context.Offset == 1 ? throw new PermanentFailureException("poison") : ValueTask.CompletedTask;
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);
        lease.BeginDrain();
        Assert.True(lease.IsDrained);
        Waiting.Until(() => world.Reader.Released == 3);
        Assert.Equal(1, World.Commit(lease));
        world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>A record waits for a permit when the drain begins: it gets it later and is abandoned, not tried.</summary>
    [Fact]
    public void Scenario19_BeginDrain_RecordWaitsForAPermit_IsNotTriedAgain()
    {
        using var world = Hold(time: _clock, pipeline: true);
        world.Invoker.Handler = (context, token) => context.Partition.Value == 0 ? throw new IOException() : _gates.Handle(context, token);
        var failing = world.OpenWith(1, partition: 0);
        world.Manual.RunAll();
        var blocking = world.OpenWith(1, partition: 1);
        world.Manual.RunAll();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready == 1);
        failing.BeginDrain();
        Assert.True(failing.IsDrained);
        _gates.Open(0, partition: 1);
        world.Manual.RunAll();
        Assert.Equal(2, world.Invoker.Calls.Count);
        Assert.Equal(1, blocking.Handled);
        Assert.Equal((1, 0, 0), (world.Manual.Free, world.Manual.Ready, failing.GetSnapshot().InFlight));
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void CancelHandlers_AtTheDeadline_CancelsWhatIsInFlight()
    {
        using var world = Hold();
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        lease.BeginDrain();
        Assert.False(world.Invoker.Calls[0].Token.IsCancellationRequested);
        lease.CancelHandlers();
        Waiting.Until(() => world.Invoker.Calls[0].Token.IsCancellationRequested);
        Assert.False(lease.IsDrained);
        _gates.Fail(0, new OperationCanceledException());
        world.Manual.RunAll();
        Assert.True(lease.IsDrained);
        Assert.Null(lease.Commits.NextCommit());
        world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Drained_HandlerReturns_WakesWhoWaits()
    {
        using var world = Hold();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        lease.BeginDrain();
        var waiting = Task.Run(() => world.Drained.Wait(() => lease.IsDrained, Waiting.Limit), TestContext.Current.CancellationToken);
        _gates.Open(0);
        world.Manual.RunAll();
        Assert.True(await waiting.Soon());
    }

    [Fact]
    public void Close_Twice_IsHarmless()
    {
        using var world = Hold();
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        lease.Close(CloseReason.Revoked);
        lease.Close(CloseReason.Lost);
        lease.BeginDrain();
        Assert.True(lease.IsDrained);
        Assert.Equal(LeaseState.Closed, lease.State);
    }

    [Fact]
    public void Receive_ClosedOrDraining_GivesTheRecordsBack()
    {
        using var world = Hold();
        var lease = world.Open();
        lease.BeginDrain();
        lease.Receive(world.Reader.Range(0, 3));
        lease.Close(CloseReason.Revoked);
        lease.Receive(world.Reader.Range(3, 3));
        Assert.Null(lease.Position);
        world.Reader.AssertAllReleasedOnce();
    }

    private World Hold(Action<KafkaConsumerOptions>? configure = null, TimeProvider? time = null, bool pipeline = false)
    {
        var world = new World(configure, time: time, pipeline: pipeline ? Pipelines.Retry(time!, 5) : null);
        world.Invoker.Handler = _gates.Handle;
        return world;
    }
}
