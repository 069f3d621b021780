using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitterBackoffTests
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>The clock stands still, so no back-off ends: only who has none is committed.</summary>
    [Theory]
    [InlineData((int)ErrorCode.TopicAuthorizationFailed)]
    [InlineData((int)ErrorCode.UnknownTopicOrPart)]
    public void Send_OnePartitionRefusedForEver_TheOthersDoNotWait(int code)
    {
        using var rig = new CommitterRig(CommitStrategy.PerRecord);
        rig.Client.Answer = points => FakeOffsetCommitter.Each(points, point => point.Source.TopicPartition.Partition == 1 ? (ErrorCode)code : ErrorCode.NoError);
        rig.World.OpenWith(1, partition: 1);
        rig.World.Manual.RunAll();
        Assert.Equal(1, rig.Client.Next().Single().Partition);
        var healthy = rig.World.OpenWith(50);
        rig.RunUntilCommitted(healthy, 50);
        Assert.Single(rig.Client.Requests, static request => request.Any(static point => point.Partition == 1));
        Assert.NotNull(rig.Committer.FailingFor);
        Assert.Contains(((ErrorCode)code).ToString(), rig.Committer.LastError, StringComparison.Ordinal);
        Assert.False(rig.World.Logged(EventIds.CommitsRecovered));
    }

    [Fact]
    public void Send_RefusedAgain_WaitsTwiceAsLong()
    {
        using var rig = new CommitterRig();
        rig.Client.Answer = static points => FakeOffsetCommitter.Each(points, static _ => ErrorCode.TopicAuthorizationFailed);
        rig.World.OpenWith(1);
        rig.World.Manual.RunAll();
        rig.Client.Next();
        foreach (var delay in new[] { 100, 200, 400 })
        {
            AssertNothingIsSentBefore(rig, TimeSpan.FromMilliseconds(delay));
            rig.Client.Next();
        }
    }

    /// <summary>The client says itself that it has no coordinator: no partition is at fault, and none is sent alone.</summary>
    [Theory]
    [InlineData((int)ErrorCode.Local_WaitCoord)]
    [InlineData((int)ErrorCode.Local_Transport)]
    [InlineData((int)ErrorCode.NotCoordinatorForGroup)]
    [InlineData((int)ErrorCode.GroupLoadInProgress)]
    public void Send_FailedAsAWholeForNoPartition_IsSentTogetherAgain(int code)
    {
        using var rig = new CommitterRig();
        rig.RefuseOnce(points => FakeOffsetCommitter.Whole(points, (ErrorCode)code));
        rig.HandledTogether(3);
        Assert.Equal(3, rig.Client.Next().Count);
        AssertNothingIsSentBefore(rig, TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, rig.Client.Next().Count);
    }

    [Fact]
    public void Send_OneFailsEveryRequestThatHasIt_GoesAloneAndTheOthersTogether()
    {
        using var rig = new CommitterRig(CommitStrategy.PerRecord);
        rig.Client.Answer = static points => points.Any(static point => point.Source.TopicPartition.Partition == 1)
            ? FakeOffsetCommitter.Whole(points, ErrorCode.OffsetMetadataTooLarge)
            : FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        var leases = rig.HandledTogether(3);
        rig.Clock.RunUntil(() => !leases[0].Commits.HasUncommitted && !leases[2].Commits.HasUncommitted && !rig.Committer.IsInFlight);
        var before = rig.Client.Requests.Count;
        foreach (var lease in new[] { leases[0], leases[2] })
        {
            lease.Receive(rig.World.Reader.Range(1, 30));
        }

        rig.RunUntilCommitted(leases[0], 31);
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        rig.RunUntilCommitted(leases[2], 31);
        Assert.All(rig.Client.Requests.Skip(1), static request => Assert.True(request.Count == 1 || request.All(static point => point.Partition != 1)));

        // Alone after the first failure, then every 100, 200, 400 ms, and never instead of the others.
        Assert.True(rig.Client.Requests.Skip(before).Count(static request => request.Any(static point => point.Partition == 1)) < 10);
        Assert.True(leases[1].Commits.HasUncommitted);
    }

    /// <summary>Others that are always ready do not keep a partition from its turn that has to go alone, nor it them.</summary>
    [Fact]
    public void Send_AloneAndOthersReady_TakeTurns()
    {
        using var rig = new CommitterRig(CommitStrategy.PerRecord);
        rig.RefuseOnce(static points => FakeOffsetCommitter.Whole(points, ErrorCode.OffsetMetadataTooLarge));
        rig.HandledTogether(3);
        rig.Client.Next();
        Waiting.Until(() => !rig.Committer.IsInFlight);
        var others = new Queue<PartitionLease>(rig.HandledUnheard(6, firstPartition: 10));
        rig.Client.Answer = points =>
        {
            if (points[0].Source.TopicPartition.Partition >= 10 && others.TryDequeue(out var other))
            {
                rig.Committer.Signal(other.Commits, urgent: true);
            }

            return FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        };
        rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
        rig.Committer.Signal(others.Dequeue().Commits, urgent: true);
        Assert.Equal([0, 10, 1, 11, 2, 12, 13, 14, 15], Enumerable.Range(0, 9).Select(_ => rig.Client.Next().Single().Partition));
    }

    /// <summary>The broker accepts nothing: a lease whose progress is new does not make a request of its own at once.</summary>
    [Fact]
    public void Send_NothingAcceptedTwice_NewProgressWaits()
    {
        using var rig = new CommitterRig();
        rig.Client.Answer = static points => FakeOffsetCommitter.Each(points, static _ => ErrorCode.NotCoordinatorForGroup);
        Handle(rig, 0);
        Handle(rig, 1);
        rig.World.OpenWith(1, partition: 2);
        rig.World.Manual.RunAll();
        AssertNothingIsSentBefore(rig, TimeSpan.FromMilliseconds(100));
        Assert.Equal([0, 1, 2], rig.Client.Next().Select(static point => point.Partition).Order());
    }

    [Fact]
    public void Send_Deferred_NewProgressWaitsForTheRebalanceAsWell()
    {
        using var rig = new CommitterRig();
        rig.RefuseOnce(static points => FakeOffsetCommitter.Each(points, static _ => ErrorCode.RebalanceInProgress));
        Handle(rig, 0);
        rig.World.OpenWith(1, partition: 1);
        rig.World.Manual.RunAll();
        AssertNothingIsSentBefore(rig, TimeSpan.FromMilliseconds(50));
        Assert.Equal([0, 1], rig.Client.Next().Select(static point => point.Partition).Order());
    }

    [Fact]
    public async Task Commit_ClientGivenUpBeforeTheAnswer_NothingIsEverSentAgain()
    {
        using var rig = new CommitterRig(CommitStrategy.PerRecord);
        rig.Client.Answer = static _ => FakeOffsetCommitter.Refusals.Never;
        var lease = rig.World.OpenWith(2);
        rig.World.Manual.RunAll();
        rig.Client.Next();
        var other = rig.HandledUnheard(1, firstPartition: 1);
        Assert.False(await rig.FlushAsync(other[0], TimeSpan.FromMilliseconds(300)));
        Assert.True(rig.Committer.IsInFlight);
        Assert.Null(lease.GetSnapshot().Committed);
        Assert.Single(rig.Client.Requests);
    }

    /// <summary>Handles one record of a partition and waits until the answer to its commit is dealt with.</summary>
    private static void Handle(CommitterRig rig, int partition)
    {
        rig.World.OpenWith(1, partition);
        rig.World.Manual.RunAll();
        Assert.Equal(partition, rig.Client.Next().Single().Partition);
        Waiting.Until(() => !rig.Committer.IsInFlight);
    }

    private static void AssertNothingIsSentBefore(CommitterRig rig, TimeSpan delay)
    {
        Waiting.Until(() => !rig.Committer.IsInFlight);
        var before = rig.Client.Requests.Count;
        rig.Clock.Advance(delay - OneMillisecond);

        // It has looked at the new time, twice, and gone to sleep again after the first.
        var looks = rig.Clock.Looks;
        Waiting.Until(() => rig.Clock.Looks >= looks + 2);
        Assert.Equal(before, rig.Client.Requests.Count);
        rig.Clock.Advance(OneMillisecond);
    }
}
