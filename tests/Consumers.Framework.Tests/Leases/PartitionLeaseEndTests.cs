using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Leases;

/// <summary>Nothing at or beyond the end of a read is handled, passed or committed.</summary>
public sealed class PartitionLeaseEndTests : IDisposable
{
    private static readonly TopicPartition Partition = new("orders", 0);

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Receive_RecordsBeyondTheEnd_AreGivenBackUnhandled()
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(3, 4));
        Assert.True(lease.Assigned.EndReached);
        Assert.Equal(2, lease.Assigned.LastReceivedCount);
        _world.Manual.RunAll();
        Assert.Equal([3L, 4], _world.Invoker.Offsets);
        Assert.Equal(5, World.Commit(lease));
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void Receive_AllBeyondTheEnd_HandlesNothing()
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(5, 2));
        lease.Receive(_world.Reader.Range(7, 2));
        Assert.True(lease.Assigned.EndReached);
        Assert.Equal(0, lease.Assigned.LastReceivedCount);
        Assert.True(lease.IsIdle);
        Assert.Null(lease.Position);
        _world.Reader.AssertAllReleasedOnce();
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Receive_LastRecordBeforeTheEnd_ReachesIt(int count, bool reached)
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(0, count));
        Assert.Equal(reached, lease.Assigned.EndReached);
    }

    /// <summary>A marker, a compacted record: the position tells.</summary>
    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(9, true)]
    public void Observe_PartitionsEnd_ReachesTheEndOfTheReadAndPassesNoFurther(long position, bool reached)
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(0, 3));
        lease.Observe(position, position);
        Assert.Equal(reached, lease.Assigned.EndReached);
        _world.Manual.RunAll();
        lease.Observe(position, position);
        Assert.Equal(Math.Min(position, 5), World.Commit(lease));
    }

    /// <summary>The gap before the end is committed too, so that a later read begins behind it.</summary>
    [Fact]
    public void PassEnd_EndLiesInAGap_IsCommitted()
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(0, 3));
        lease.Receive(_world.Reader.Range(8, 1));
        _world.Manual.RunAll();
        lease.PassEnd();
        Assert.Equal(5, World.Commit(lease));
    }

    [Fact]
    public void GetSnapshot_MoreBehindTheEnd_IsNoLag()
    {
        var lease = Open(end: 5);
        lease.Receive(_world.Reader.Range(0, 3));
        _world.Manual.RunAll();
        lease.Observe(3, 1_000);
        Assert.Equal(2, lease.GetSnapshot().Lag);
        lease.PassEnd();
        Assert.Equal(0, lease.GetSnapshot().Lag);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(4, false)]
    public void EndReached_StartIsNotBeforeTheEnd_AtOnce(long start, bool reached) => Assert.Equal(reached, Open(end: 5, start).Assigned.EndReached);

    [Fact]
    public void EndReached_NoEnd_Never()
    {
        var lease = _world.Open();
        lease.Receive(_world.Reader.Range(0, 3));
        lease.Observe(3, 3);
        Assert.False(lease.Assigned.EndReached);
    }

    /// <summary>With a group what is committed counts, because a later owner begins there; without one what is handled.</summary>
    [Theory]
    [InlineData("billing", false, null)]
    [InlineData("billing", true, 3L)]
    [InlineData(null, false, 3L)]
    public void GotTo_AfterTheClose_IsWhereTheNextClientGoesOn(string? group, bool committed, long? expected)
    {
        using var world = new World(options => options.GroupId = group);
        var partitions = new ExplicitPartitions([Partition], isBounded: true);
        partitions.Plan(Partition, new ReadRange(0, 5));
        var lease = new PartitionLease(Partition, 1, world.Environment with { Explicit = partitions }) { Assigned = { StartsAt = 0 } };
        lease.Receive(world.Reader.Range(0, 3));
        world.Manual.RunAll();
        if (committed)
        {
            World.Commit(lease);
        }

        lease.Receive(world.Reader.Range(3, 2));

        lease.Close(CloseReason.Lost);
        partitions.Left(lease);

        Assert.Equal(expected, lease.ResumeOffset);
        Assert.Equal(new ReadRange(expected ?? 0, 5), partitions.RangeOf(Partition));
    }

    private PartitionLease Open(long end, long start = 0)
    {
        var partitions = new ExplicitPartitions([Partition], isBounded: true);
        partitions.Plan(Partition, new ReadRange(start, end));
        return new PartitionLease(Partition, 1, _world.Environment with { Explicit = partitions }) { Assigned = { StartsAt = start } };
    }
}
