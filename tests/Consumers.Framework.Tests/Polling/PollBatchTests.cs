using Confluent.Kafka;
using Consumers.Framework.Leases;
using Consumers.Framework.Polling;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Polling;

public sealed class PollBatchTests : IDisposable
{
    private readonly World _world = new();
    private readonly PollBatch _batch;
    private readonly List<long> _reopened = [];

    public PollBatchTests() => _batch = new PollBatch(_world.Table, _world.Reader, capacity: 10);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void HandOver_RecordsOfSeveralPartitionsMixed_GoToTheirLeasesInOrder()
    {
        _world.Open(0);
        _world.Open(1);
        Add(0, 5);
        Add(1, 7);
        Add(0, 6);
        Assert.Equal(3, _batch.Count);
        Assert.Equal(2, _batch.HandOver(Reopen).Count);
        _world.Manual.RunAll();
        Assert.Equal([(0, 5), (0, 6), (1, 7)], _world.Invoker.Calls.Select(static call => (call.Partition, call.Offset)));
        Assert.Equal(0, _batch.Count);
        Assert.Empty(_batch.HandOver(Reopen));
    }

    [Fact]
    public void HandOver_NoLeaseOrClosedLease_GivesTheRecordsBack()
    {
        _world.Open(1).Close(CloseReason.Lost);
        Add(0, 5);
        Add(1, 7);
        Assert.Empty(_batch.HandOver(Reopen));
        Assert.Equal(2, _batch.Orphans);
        _world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>A partition without records answers with its end.</summary>
    [Fact]
    public void HandOver_OnlyTheEnd_IsAnAnswer()
    {
        var lease = _world.Open();
        lease.Assigned.ExpectAnswer();
        _batch.AddEnd(lease.TopicPartition, 0);
        _batch.HandOver(Reopen);
        Assert.Null(lease.Assigned.AwaitedSince);
    }

    [Fact]
    public void HandOver_OffsetBelowThePosition_GoesToANewLease()
    {
        var lease = _world.OpenWith(5, start: 100);
        Add(0, 3);
        var received = Assert.Single(_batch.HandOver(Reopen));
        Assert.NotSame(lease, received);
        Assert.Equal(4, received.Position);
        Assert.Equal([3], _reopened);
    }

    [Fact]
    public void HandOver_PartitionGoesBackInTheMiddleOfAPoll_TheRestGoesToANewLease()
    {
        _world.Open();
        Add(0, 100);
        Add(0, 101);
        Add(0, 0);
        Add(0, 1);
        Assert.Equal(2, _batch.HandOver(Reopen).Count);
        Assert.Equal([0], _reopened);
        _world.Manual.RunAll();
        Assert.Equal([0, 1], _world.Invoker.Offsets);
        _world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>The client may carry out a reset after the seek past a damaged batch.</summary>
    [Fact]
    public void HandOver_ClientIsNotWhereItWasSent_DropsThatAndBelievesTheSecondAnswerFromThere()
    {
        var lease = _world.OpenWith(5, start: 100);
        lease.Assigned.ExpectPosition();
        Add(0, 0);
        Add(0, 1);
        Assert.Empty(_batch.HandOver(Reopen));
        Assert.Equal([(lease, 0L)], _batch.Unexpected);
        Assert.Equal(2, _world.Reader.Released);
        Add(0, 105);
        Assert.Equal([lease], _batch.HandOver(Reopen));
        Assert.Empty(_batch.Unexpected);
        Assert.Empty(_reopened);
        Assert.Equal((106L, (long?)null), (lease.Position, lease.Assigned.PendingSeek));
    }

    [Theory]
    [InlineData(110)]
    [InlineData(0)]
    public void HandOver_SameAnswerTwice_IsTheTruth(long offset)
    {
        var lease = _world.OpenWith(5, start: 100);
        lease.Assigned.ExpectPosition();
        Add(0, offset);
        Assert.Empty(_batch.HandOver(Reopen));
        Add(0, offset);
        Assert.Equal(offset + 1, Assert.Single(_batch.HandOver(Reopen)).Position);
        Assert.Equal(offset < 100 ? [offset] : [], _reopened);
    }

    [Fact]
    public void HandOver_EndIsNotWhereTheClientWasSent_PassesNothingUntilItIsSaidAgain()
    {
        var lease = _world.OpenWith(5, start: 100);
        _world.Manual.RunAll();
        lease.Assigned.ExpectPosition();
        _batch.Select(lease.TopicPartition);
        _batch.AddEnd(lease.TopicPartition, 200);
        _batch.HandOver(Reopen);
        Assert.Equal([(lease, 200L)], _batch.Unexpected);
        Assert.Equal(105, lease.Position);
        _batch.AddEnd(lease.TopicPartition, 200);
        _batch.HandOver(Reopen);
        Assert.Equal(200, lease.Position);
    }

    [Fact]
    public void HandOver_RecordsAndEndOfAReset_AreOneAnswer()
    {
        var lease = _world.OpenWith(5, start: 100);
        lease.Assigned.ExpectPosition();
        for (var answer = 0; answer < 2; answer++)
        {
            Assert.Equal(105, lease.Position);
            Add(0, 150);
            _batch.AddEnd(lease.TopicPartition, 151);
            _batch.HandOver(Reopen);
        }

        Assert.Equal(151, lease.Position);
        Assert.Empty(_batch.Unexpected);
    }

    [Fact]
    public void Discard_InsideACallback_OnlyThatPartitionsRecordsAreGivenBack()
    {
        _world.Open(0);
        _world.Open(1);
        Add(0, 5);
        Add(1, 7);
        Add(0, 6);
        _batch.Discard(FakeSource.Partitions(0));
        Assert.Equal((1, 2), (_batch.Count, _world.Reader.Released));
        Add(0, 2);
        _batch.HandOver(Reopen);
        _world.Manual.RunAll();
        Assert.Equal([(0, 2), (1, 7)], _world.Invoker.Calls.Select(static call => (call.Partition, call.Offset)).Order());
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public void IsFull_AtItsCapacity_EndsThePoll()
    {
        foreach (var offset in Enumerable.Range(0, 10))
        {
            Assert.False(_batch.IsFull);
            Add(0, offset);
        }

        Assert.True(_batch.IsFull);
        _batch.DiscardAll();
        Assert.False(_batch.IsFull);
        _world.Reader.AssertAllReleasedOnce();
    }

    private void Add(int partition, long offset) => _batch.Add(new TopicPartition("orders", partition), _world.Reader.Make(offset));

    private PartitionLease Reopen(PartitionLease lease, long offset)
    {
        _reopened.Add(offset);
        lease.Close(CloseReason.Lost);
        _world.Table.Remove([lease]);
        return _world.Open(lease.TopicPartition.Partition.Value);
    }
}
