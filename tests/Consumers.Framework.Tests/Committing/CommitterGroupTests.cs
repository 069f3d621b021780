using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitterGroupTests
{
    [Fact]
    public void PerRecord_HundredLanesCompleteWhileOneIsInFlight_RideInTheNext()
    {
        using var rig = new CommitterRig(CommitStrategy.PerRecord);
        using var answer = Hold(rig);
        rig.World.OpenWith(1, partition: 1000);
        rig.World.Manual.RunAll();
        rig.Client.Next();
        foreach (var partition in Enumerable.Range(0, 100))
        {
            rig.World.OpenWith(2, partition);
        }

        rig.World.Manual.RunAll();
        answer.Set();
        Assert.Equal(Enumerable.Range(0, 100), rig.Client.Next().Select(static point => point.Partition).Order());
    }

    /// <summary>Of the leases of a worker only those are asked that said that they have something.</summary>
    [Fact]
    public void Signal_OneLeaseOfMany_OnlyThatOneIsAsked()
    {
        using var rig = new CommitterRig();
        var unheard = rig.HandledUnheard(100);
        rig.World.OpenWith(1, partition: 500);
        rig.World.Manual.RunAll();
        Assert.Equal(500, rig.Client.Next().Single().Partition);
        Waiting.Until(() => !rig.Committer.IsInFlight);
        Assert.All(unheard, static lease => Assert.True(lease.Commits.HasUncommitted));
        Assert.True(rig.Committer.Flush([.. unheard.Select(static lease => lease.Commits)], Waiting.Limit));
        Assert.Equal(100, rig.Client.Next().Count);
    }

    /// <summary>Nobody waits before the interval is over: a thousand partitions that have progress wake the committer once.</summary>
    [Fact]
    public void Signal_ProgressBeforeTheInterval_WakesTheThreadOnce()
    {
        using var rig = new CommitterRig(interval: TimeSpan.FromHours(1));
        var leases = rig.HandledUnheard(1000);
        rig.Committer.Signal(leases[0].Commits, urgent: false);
        Waiting.Until(() => rig.Clock.Looks > 0);
        foreach (var lease in leases)
        {
            rig.Committer.Signal(lease.Commits, urgent: false);
            Thread.SpinWait(500);
        }

        Assert.InRange(rig.Clock.Looks, 1, 2);
        rig.Committer.Signal(leases[0].Commits, urgent: true);
        Assert.Equal(1000, rig.Client.Next().Count);
    }

    /// <summary>Lanes on several threads, a committer that is told of everything once, refusals in between, leases that go: all that is left is committed.</summary>
    [Theory]
    [InlineData((int)CommitStrategy.PerRecord)]
    [InlineData((int)CommitStrategy.Sync)]
    [InlineData((int)CommitStrategy.Async)]
    public void Signal_FromManyThreads_NoLeaseIsForgotten(int strategy)
    {
        const int Leases = 24;
        const int Records = 400;
        using var rig = new CommitterRig((CommitStrategy)strategy, time: TimeProvider.System, executor: HandlerExecutor.Create(4, "unused"), maxConcurrency: 4);
        var requests = 0;
        rig.Client.Answer = points => FakeOffsetCommitter.Each(points, point => ++requests % 997 == 0 ? ErrorCode.RebalanceInProgress : ErrorCode.NoError);
        var leases = Enumerable.Range(0, Leases).Select(partition => rig.World.Open(partition)).ToList();
        for (var offset = 0; offset < Records; offset += 20)
        {
            foreach (var lease in leases)
            {
                lease.Receive(rig.World.Reader.Range(offset, 20));
            }

            if (offset == Records / 2)
            {
                leases[^1].Close(CloseReason.Lost);
            }
        }

        var lost = leases[^1];
        Waiting.Until(() => leases.TrueForAll(lease => lease == lost || lease.GetSnapshot().Committed == Records), "A lease was forgotten.");
        Assert.False(rig.Client.Overlapped);
        Waiting.Until(() => !rig.Committer.IsInFlight && rig.Committer.FailingFor is null);
        foreach (var partition in rig.Client.Requests.SelectMany(static request => request).GroupBy(static point => point.Partition))
        {
            Assert.Equal(partition.Select(static point => point.NextOffset).Order(), partition.Select(static point => point.NextOffset));
        }
    }

    private static ManualResetEventSlim Hold(CommitterRig rig)
    {
        var held = new ManualResetEventSlim();
        rig.Client.Answer = points =>
        {
            held.Wait(TestContext.Current.CancellationToken);
            return FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        };
        return held;
    }
}
