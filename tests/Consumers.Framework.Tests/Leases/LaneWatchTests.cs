using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Leases;

/// <summary>A lane that has records and does nothing with them is found, and one that has a reason is not.</summary>
public sealed class LaneWatchTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Gates _gates = new();

    [Fact]
    public void Look_LaneThatTheExecutorHasLost_IsNamedOnceAndShownUntilItMoves()
    {
        using var world = new World(time: _clock);
        var watch = Watch(world);
        var lease = world.OpenWith(3, start: 40);
        var lane = world.Manual.Lose();

        Look(watch, seconds: 60);
        Assert.False(world.Logged(EventIds.LaneStands));
        Assert.Equal(PartitionState.Running, lease.GetSnapshot().State);
        Look(watch, seconds: 60);

        var snapshot = lease.GetSnapshot();
        Assert.Equal((PartitionState.Stalled, 40), (snapshot.State, snapshot.HeldAt));
        Assert.StartsWith("it is ready, and is not run", snapshot.HeldBecause, StringComparison.Ordinal);
        var entry = Assert.Single(world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.LaneStands);
        Assert.StartsWith("orders/0: orders[0] has stood at offset 40 for 00:01:00: it is ready, and is not run", entry.Message, StringComparison.Ordinal);

        world.Manual.Schedule(lane);
        world.Manual.RunAll();
        Look(watch, seconds: 1);
        Assert.Equal((PartitionState.Running, (long?)null), (lease.GetSnapshot().State, lease.GetSnapshot().HeldAt));
        Assert.Equal(3, lease.Handled);
    }

    [Fact]
    public void Look_RetryThatTheExecutorHasLost_IsFound()
    {
        using var world = new World(static options => options.Failures.Retry.MaxDelay = TimeSpan.FromSeconds(1), time: _clock, pipeline: Pipelines.Retry(_clock, 2));
        var watch = Watch(world);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        Waiting.Until(() => world.Manual.Ready == 1);
        world.Manual.Lose();

        Look(watch, seconds: 62);

        Assert.Equal(PartitionState.Stalled, lease.GetSnapshot().State);
    }

    [Fact]
    public void Look_DelayThatNeverEnds_IsFound()
    {
        using var world = new World(
            static options => options.Failures.Retry.MaxDelay = TimeSpan.FromSeconds(30), time: _clock, pipeline: Pipelines.Retry(new FakeTimeProvider(), 2));
        var watch = Watch(world);
        world.Invoker.Handler = static (_, _) => throw new IOException();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();

        Look(watch, seconds: 90);
        Assert.Equal(PartitionState.Retrying, lease.GetSnapshot().State);
        Look(watch, seconds: 2);

        Assert.Equal((PartitionState.Stalled, "its next attempt is overdue"), (lease.GetSnapshot().State, lease.GetSnapshot().HeldBecause));
    }

    [Fact]
    public void Look_RecordThatNobodyGoesOnWith_IsFound()
    {
        using var world = new World(time: _clock);
        var watch = Watch(world);
        var lease = world.OpenWith(1);
        Assert.True(((ILaneOwner)lease.Lanes).TryTakeRun(world.Manual.Lose(), _clock.GetTimestamp()));

        Look(watch, seconds: 62);

        Assert.Equal((PartitionState.Stalled, "its handler has returned, and nothing goes on with it"), (lease.GetSnapshot().State, lease.GetSnapshot().HeldBecause));
    }

    [Fact]
    public void Look_LaneThatIsNotToldToGoOn_IsFound()
    {
        using var world = new World(time: _clock);
        var watch = Watch(world);
        var lease = world.OpenWith(1);
        world.Manual.Lose().Queue.IsScheduled = false;

        Look(watch, seconds: 62);

        Assert.Equal((PartitionState.Stalled, "it is not told to go on"), (lease.GetSnapshot().State, lease.GetSnapshot().HeldBecause));
    }

    [Fact]
    public void Look_LaneThatWaitsForItsCommit_IsNoFinding()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.PerRecord, time: _clock);
        var watch = Watch(world);
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.Equal(1, lease.Handled);

        Look(watch, seconds: 600);

        Assert.Equal(PartitionState.Running, lease.GetSnapshot().State);
    }

    [Fact]
    public void Look_LaneThatWaitsForAReason_IsNoFinding()
    {
        using var world = new World(static options => options.Failures.Pipeline = "mine", time: _clock, pipeline: Pipelines.Retry(new FakeTimeProvider(), 2));
        var watch = Watch(world);
        world.Invoker.Handler = (context, token) => context.Partition.Value switch
        {
            0 => throw new IOException(),
            1 => _gates.Handle(context, token),
            _ => ValueTask.CompletedTask,
        };
        PartitionLease[] leases = [world.OpenWith(2, partition: 0), world.OpenWith(2, partition: 1), world.OpenWith(2, partition: 2)];
        world.Manual.RunAll();

        // The first waits for its pipeline, the second for its handler, and the third for the permit that the second has.
        Look(watch, seconds: 600);

        Assert.Equal([PartitionState.Retrying, PartitionState.Running, PartitionState.Running], leases.Select(static lease => lease.GetSnapshot().State));
        Assert.False(world.Logged(EventIds.LaneStands));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Look_LaneIsBroken_EndsTheWorkerAndTheDrainWaitsForNothing(bool inHandler)
    {
        var reader = new BrokenReader(inHandler);
        using var world = new World(time: _clock, reader: reader, pipeline: Pipelines.Retry(_clock, 2)) { MayBreak = true };
        var watch = Watch(world);
        world.Invoker.Handler = (context, _) => context.Offset == 1 && !inHandler ? throw new IOException() : ValueTask.CompletedTask;
        var lease = world.OpenWith(3);

        world.Manual.RunAll();

        Assert.True(world.Logged(EventIds.LaneBroke));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var broken = Assert.Throws<LaneBrokenException>(watch.Look);
        Assert.Equal("the framework has failed at a record of orders[0]: NotSupportedException: planted", broken.Message);
        lease.BeginDrain();
        Assert.True(lease.IsDrained);

        // What was final before is committed, and nothing behind it.
        Assert.Equal(inHandler ? 2 : 1, World.Commit(lease));
        lease.Close(CloseReason.Revoked);
    }

    private static HandlerWatch Watch(World world) => new(world.Scope, world.Table, world.Stopper);

    /// <summary>The poll thread comes round once a second.</summary>
    private void Look(HandlerWatch watch, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            watch.Look();
        }
    }

    /// <summary>Fails at offset 1 as no reader may: when the record is given back, or when it is copied out before a retry.</summary>
    private sealed class BrokenReader(bool atRelease) : RecordReader
    {
        private readonly FakeReader _inner = new();

        public override bool HasKey(scoped in FetchedRecord record) => _inner.HasKey(record);

        public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => _inner.Key(record);

        public override bool HasValue(scoped in FetchedRecord record) => _inner.HasValue(record);

        public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => _inner.Value(record);

        public override Confluent.Kafka.Headers Headers(scoped in FetchedRecord record) => _inner.Headers(record);

        public override Confluent.Kafka.Timestamp Timestamp(scoped in FetchedRecord record) => _inner.Timestamp(record);

        public override FetchedRecord Detach(scoped in FetchedRecord record) =>
            !atRelease && record.Offset == 1 ? throw new NotSupportedException("planted") : base.Detach(record);

        public override void Release(scoped in FetchedRecord record)
        {
            if (atRelease && record.Offset == 1)
            {
                throw new NotSupportedException("planted");
            }
        }
    }
}
