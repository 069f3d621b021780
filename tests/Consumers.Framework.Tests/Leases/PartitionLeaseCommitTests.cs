using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Leases;

public sealed class PartitionLeaseCommitTests
{
    private readonly Gates _gates = new();

    [Fact]
    public void Acknowledge_ParkedLane_Wakes()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.PerRecord);
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal([0], world.Invoker.Offsets);
        Assert.True(world.UrgentSignals > 0);
        Assert.Equal(1, World.Commit(lease));
        world.Manual.RunAll();
        Assert.Equal([0, 1], world.Invoker.Offsets);
        World.Commit(lease);
        world.Manual.RunAll();
        World.Commit(lease);
        Assert.Equal(3, lease.GetSnapshot().Committed);
    }

    [Fact]
    public void TakePoint_ReceivedWithLeaderEpochs_CarriesThatOfTheLastRecord()
    {
        using var world = new World();
        var lease = world.Open();
        lease.Receive([world.Reader.Make(5, leaderEpoch: 3), world.Reader.Make(6, leaderEpoch: 4)]);
        world.Manual.RunAll();
        Assert.Equal((7, 4), (lease.Commits.NextCommit()!.Value.NextOffset, lease.Commits.NextCommit()!.Value.LeaderEpoch));
    }

    /// <summary>A commit ahead of the handlers has no record of theirs to take the epoch from.</summary>
    [Fact]
    public void TakePoint_AtMostOnce_CarriesNoLeaderEpoch()
    {
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.AtMostOnce);
        var lease = world.Open();
        lease.Receive([world.Reader.Make(5, leaderEpoch: 3), world.Reader.Make(6, leaderEpoch: 4)]);
        world.Manual.RunAll();
        Assert.Equal((7, -1), (lease.Commits.NextCommit()!.Value.NextOffset, lease.Commits.NextCommit()!.Value.LeaderEpoch));
    }

    [Fact]
    public void Scenario10_Observe_TrailingMarker_IsCommittedOnceEverythingIsHandled()
    {
        using var world = new World();
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        lease.Observe(position: 2, highWatermark: 2);
        Assert.Null(lease.Commits.NextCommit());
        _gates.Open(0);
        lease.Observe(position: 2, highWatermark: 2);
        Assert.Equal(2, World.Commit(lease));
        Assert.Equal(0, lease.GetSnapshot().Lag);
    }

    [Fact]
    public void Scenario01_Acknowledge_LeaseClosedMeanwhile_IsIgnored()
    {
        using var world = new World();
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        var point = lease.Commits.NextCommit()!.Value;
        lease.Close(CloseReason.Lost);
        lease.Commits.Acknowledge(point.NextOffset);
        Assert.Null(lease.GetSnapshot().Committed);
        Assert.False(lease.Commits.HasUncommitted);
    }

    [Fact]
    public async Task RequestCommit_Manual_EndsWithTheBrokersAnswer()
    {
        using var world = Manual(out var commits);
        var lease = world.OpenWith(2);
        world.Manual.RunAll();
        Assert.False(commits[0].IsCompleted);
        Assert.True(world.UrgentSignals > 0);
        Assert.Equal(1, World.Commit(lease));
        await commits[0].Soon();
        Waiting.Until(() =>
        {
            world.Manual.RunAll();
            return World.Commit(lease) is not null;
        });
        await commits[1].Soon();
        Assert.Equal(2, lease.GetSnapshot().Committed);
    }

    [Fact]
    public async Task RequestCommit_Manual_RecordThatDidNotAskIsNotCommitted()
    {
        using var world = Manual(out var commits, static offset => offset == 0);
        var lease = world.OpenWith(3);
        world.Manual.RunAll();
        Assert.Equal(1, World.Commit(lease));
        await commits[0].Soon();
        Waiting.Until(() =>
        {
            world.Manual.RunAll();
            return lease.Handled == 3;
        });
        lease.BeginDrain();
        Assert.Null(lease.Commits.NextCommit());
        Assert.False(lease.Commits.HasUncommitted);
    }

    [Theory]
    [InlineData((int)CloseReason.Lost, "lost")]
    [InlineData((int)CloseReason.Revoked, "revoked")]
    public async Task RequestCommit_PartitionTakenAwayFirst_Throws(int reason, string word)
    {
        using var world = Manual(out var commits);
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        lease.Close((CloseReason)reason);
        var failure = await Assert.ThrowsAsync<CommitFailedException>(() => commits[0].Soon());
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.Equal(new TopicPartitionOffset("orders", 0, 1), failure.TopicPartitionOffset);
        await Assert.ThrowsAsync<CommitFailedException>(() => lease.Commits.RequestAsync(0, 1).Soon());
    }

    [Fact]
    public async Task RequestCommit_WaitCancelled_CommitStaysWanted()
    {
        using var cancellation = new CancellationTokenSource();
        using var world = new World(static options => options.Commit.Strategy = CommitStrategy.Manual);
        Task commit = null!;
        world.Invoker.Handler = (context, _) => new ValueTask(commit = context.CommitAsync(cancellation.Token).AsTask());
        var lease = world.OpenWith(1);
        world.Manual.RunAll();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit.Soon());
        Assert.Equal(1, World.Commit(lease));
    }

    [Fact]
    public void RequestCommit_OtherStrategy_IsRefusedWithTheReason()
    {
        using var world = new World();
        var lease = world.OpenWith(1);
        var failure = Assert.Throws<InvalidOperationException>(() => { _ = lease.Commits.RequestAsync(0, 1); });
        Assert.Contains("Manual", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsFull_ByRecordsOrBytes_AndLowAgainAtAQuarter()
    {
        using var world = new World(static options => (options.Buffer.MaxRecords, options.Buffer.MaxBytes) = (8, 1000));
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(8);
        Assert.True(lease.Buffer.WantSpace());
        foreach (var offset in Enumerable.Range(0, 8))
        {
            world.Manual.RunAll();
            Assert.Equal(offset >= 5, lease.Buffer.IsLow);
            Assert.False(lease.Buffer.IsFull);
            _gates.Open(offset);
        }

        lease.Receive([world.Reader.Make(8, size: 5000)]);
        Assert.True(lease.Buffer.IsFull);
        world.Manual.RunAll();
        Assert.True(lease.Buffer.IsFull);
        _gates.Open(8);
        Assert.True(lease.Buffer.IsLow);
    }

    [Fact]
    public void Finish_SpaceWasWantedAndTheWorkerIsGone_TouchesNothingOfIt()
    {
        using var world = new World(static options => options.Buffer.MaxRecords = 8);
        world.Invoker.Handler = _gates.Handle;
        var lease = world.OpenWith(9);
        world.Manual.RunAll();
        Assert.True(lease.Buffer.WantSpace());
        lease.Close(CloseReason.Lost);
        world.SpaceFreed.Dispose();

        _gates.Open(0);

        Assert.False(world.Logged(EventIds.LaneBroke));
        Assert.True(world.Logged(EventIds.StaleCompletion));
        Assert.Equal(1, world.Manual.Free);
    }

    private static World Manual(out List<Task> commits, Func<long, bool>? asks = null)
    {
        var world = new World(static options => options.Commit.Strategy = CommitStrategy.Manual);
        var made = commits = [];
        world.Invoker.Handler = (context, _) =>
        {
            if (asks?.Invoke(context.Offset.Value) == false)
            {
                return ValueTask.CompletedTask;
            }

            var commit = context.CommitAsync(CancellationToken.None).AsTask();
            made.Add(commit);
            return new ValueTask(commit);
        };
        return world;
    }
}
