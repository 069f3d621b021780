using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Offsets;
using Consumers.Framework.Tests.Fakes;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitGateTests
{
    private readonly OffsetTracker _tracker = new();
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<CommitStrategy, RecordOrdering, int> AllLanes()
    {
        var data = new TheoryData<CommitStrategy, RecordOrdering, int>();
        foreach (var strategy in Enum.GetValues<CommitStrategy>())
        {
            data.Add(strategy, RecordOrdering.Partition, 1);
            data.Add(strategy, RecordOrdering.Key, 1);
            data.Add(strategy, RecordOrdering.Key, 3);
            data.Add(strategy, RecordOrdering.None, 3);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AllLanes))]
    public void MayStart_AnyInterleaving_NeverForbiddenNeverStuckAllCommitted(CommitStrategy strategy, RecordOrdering ordering, int maxConcurrency) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 100]).Array[0, 120].Select(Gen.Int[1, 12]).Sample((run, maxUncommitted) =>
        {
            using var simulation = new LaneSimulation(strategy, ordering, maxConcurrency, maxUncommitted, returnsAtOnce: false);
            simulation.Play(run);
            simulation.FinishAndCheck();
        }, iter: 200);

    [Theory]
    [MemberData(nameof(AllLanes))]
    public void Run_AnythingHappensInTheMiddle_NeverForbiddenNeverStuckAllCommitted(CommitStrategy strategy, RecordOrdering ordering, int maxConcurrency) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 100]).Array[0, 120].Select(Gen.Int[1, 60]).Sample((run, maxUncommitted) =>
        {
            using var simulation = new LaneSimulation(strategy, ordering, maxConcurrency, maxUncommitted, returnsAtOnce: true);
            simulation.Play(run);
            simulation.FinishAndCheck();
        }, iter: 100);

    /// <summary>The lowest record that is not final may always start: what is handled above it can only be committed after it.</summary>
    [Fact]
    public void MayStart_TooManyUncommittedAboveAQueuedRecord_LetsThatRecordStart()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 2);
        Receive(gate, 0, 5);
        Complete(gate, 1);
        Complete(gate, 2);
        Assert.Null(gate.Committable);
        Assert.False(gate.MayStart(3, laneCompleted: null, Now));
        Assert.True(gate.MayStart(0, laneCompleted: null, Now));
        Complete(gate, 0);
        Assert.True(gate.Urgent);
        Commit(gate);
        Assert.True(gate.MayStart(3, laneCompleted: null, Now));
    }

    /// <summary>In order everything that is handled can be committed, so a lane waits for that instead of going on for ever.</summary>
    [Fact]
    public void MayStart_TooManyUncommittedBelow_WaitsForTheAcknowledgement()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 4);
        Receive(gate, 0, 9);
        for (var offset = 0; offset < 4; offset++)
        {
            Assert.True(gate.MayStart(offset, laneCompleted: offset - 1, Now));
            Assert.Equal(4 - offset, gate.Run.Records);
            Assert.Equal(offset >= 2, gate.Urgent);
            Complete(gate, offset);
        }

        Assert.False(gate.MayStart(4, laneCompleted: 3, Now));
        gate.Sent();
        Assert.False(gate.MayStart(4, laneCompleted: 3, Now));
        gate.Refused();
        Assert.True(gate.Urgent);
        Assert.Equal(4, Commit(gate));
        Assert.True(gate.MayStart(4, laneCompleted: 3, Now));
        Assert.Equal(4, gate.Run.Records);
    }

    /// <summary>While a group joins the broker answers no commit, and what stays with a member is not to wait for that.</summary>
    [Theory]
    [InlineData(CommitStrategy.Async)]
    [InlineData(CommitStrategy.Auto)]
    public void MayStart_Default_GoesOnForSecondsWithoutAnAnswer(CommitStrategy strategy)
    {
        const int handled = 3_000_000;
        var gate = CommitGate.Create(Settings.Create(options => options.Commit.Strategy = strategy), _tracker, _time);
        Receive(gate, 0, handled + 1);
        _tracker.CompleteThrough(handled - 1);
        gate.Completed(handled, handled - 1);
        gate.Sent();
        Assert.True(gate.MayStart(handled, handled - 1, Now));
    }

    [Fact]
    public void Urgent_WideBound_IsAtFiftyThousand()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10_000_000);
        Receive(gate, 0, 100_000);
        _tracker.CompleteThrough(49_998);
        gate.Completed(49_999, 49_998);
        Assert.False(gate.Urgent);
        Complete(gate, 49_999);
        Assert.True(gate.Urgent);
    }

    /// <summary>Each of them is kept in memory until the first one is final.</summary>
    [Fact]
    public void MayStart_WideBoundAndManyHandledBehindAnUnfinishedRecord_OnlyThatOneMayStart()
    {
        const int ahead = 100_000;
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10_000_000);
        Receive(gate, 0, ahead + 3);
        Complete(gate, 0);
        for (var offset = 2; offset < ahead + 1; offset++)
        {
            Complete(gate, offset);
        }

        Assert.True(gate.MayStart(ahead + 1, laneCompleted: null, Now));
        Complete(gate, ahead + 1);
        Assert.False(gate.MayStart(ahead + 2, laneCompleted: null, Now));
        Assert.True(gate.MayStart(1, laneCompleted: null, Now));
        Complete(gate, 1);
        Assert.True(gate.MayStart(ahead + 2, laneCompleted: null, Now));
    }

    [Fact]
    public void HoldsFetching_ManualAndDefault_IsAtAHundredThousand()
    {
        const int bound = 100_000;
        var gate = CommitGate.Create(Settings.Create(static options => options.Commit.Strategy = CommitStrategy.Manual), _tracker, _time);
        Receive(gate, 0, bound);
        _tracker.CompleteThrough(bound - 1);
        gate.Completed(bound - 1, bound - 2);
        Assert.False(gate.HoldsFetching);
        gate.Completed(1, bound - 1);
        Assert.True(gate.HoldsFetching);
    }

    /// <summary>What a commit in flight covers is no reason to send another one at once.</summary>
    [Fact]
    public void Urgent_HalfOfTheBoundIsOnItsWay_IsNot()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10);
        Receive(gate, 0, 20);
        for (var offset = 0; offset < 5; offset++)
        {
            Assert.False(gate.Urgent);
            Complete(gate, offset);
        }

        Assert.True(gate.Urgent);
        gate.Sent();
        Complete(gate, 5);
        Assert.False(gate.Urgent);
        gate.Acknowledge(5);
        Assert.False(gate.Urgent);
    }

    [Fact]
    public void HandledNotAcknowledged_CompletedOutOfOrder_CountsWhatTheCommitDoesNotCover()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 3);
        Receive(gate, 0, 10);
        foreach (var offset in new[] { 0, 2, 3, 4 })
        {
            Complete(gate, offset);
        }

        Assert.Equal(1, Commit(gate));
        Assert.Equal(3, gate.HandledNotAcknowledged);
        Assert.False(gate.MayStart(5, laneCompleted: null, Now));
    }

    [Fact]
    public void HandledNotAcknowledged_FailedCommit_StillCountsEverything()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10);
        Receive(gate, 0, 10);
        Complete(gate, 0);
        gate.Sent();
        Complete(gate, 1);
        Assert.Equal(2, gate.HandledNotAcknowledged);
        gate.Sent();
        Complete(gate, 2);
        gate.Acknowledge(2);
        Assert.Equal(1, gate.HandledNotAcknowledged);
    }

    [Fact]
    public void Acknowledge_LowerOffset_NeverMovesBack()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10);
        Receive(gate, 0, 5);
        Complete(gate, 0);
        Complete(gate, 1);
        Commit(gate);
        gate.Acknowledge(1);
        Assert.Equal(2, gate.Acknowledged);
        Assert.Null(gate.Committable);
    }

    [Fact]
    public void Committable_NothingHandled_IsNothing()
    {
        var gate = new PeriodicCommitGate(_tracker, maxUncommitted: 10);
        Receive(gate, 40, 5);
        Assert.Null(gate.Committable);
    }

    [Fact]
    public void Batch_RecordBehindTheEnd_WaitsForTheAcknowledgement()
    {
        var gate = new BatchCommitGate(_tracker, TimeSpan.FromSeconds(1), _time);
        Receive(gate, 0, 2);
        Receive(gate, 2, 2);
        Assert.True(gate.MayStart(0, null, Now));
        Complete(gate, 0);
        Assert.True(gate.MayStart(1, 0, Now));
        Assert.False(gate.Urgent);
        Complete(gate, 1);
        Assert.True(gate.Urgent);
        Assert.False(gate.MayStart(2, 1, Now));
        gate.Sent();
        Assert.False(gate.MayStart(2, 1, Now));
        gate.Acknowledge(2);
        Assert.False(gate.Urgent);
        Assert.True(gate.MayStart(2, 1, Now));
    }

    [Fact]
    public void Batch_SlowHandlers_IsCutAfterTheInterval()
    {
        var gate = new BatchCommitGate(_tracker, TimeSpan.FromSeconds(1), _time);
        Receive(gate, 0, 100);
        Assert.True(gate.MayStart(0, null, Now));
        Complete(gate, 0);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(gate.MayStart(1, 0, Now));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(gate.MayStart(2, 1, Now));
        Assert.False(gate.Urgent);
        Complete(gate, 1);
        Assert.True(gate.Urgent);
        Assert.Equal(2, Commit(gate));
        Assert.True(gate.MayStart(2, 1, Now));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(gate.MayStart(3, 1, Now));
    }

    /// <summary>With several lanes a lower record may still be queued when the batch is cut: the commit waits for it, so it may start.</summary>
    [Fact]
    public void Batch_CutAboveAQueuedRecord_LetsThatRecordStart()
    {
        var gate = new BatchCommitGate(_tracker, TimeSpan.FromSeconds(1), _time);
        Receive(gate, 0, 10);
        Assert.True(gate.MayStart(5, null, Now));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(gate.MayStart(6, null, Now));
        Assert.True(gate.MayStart(3, null, Now));
    }

    [Fact]
    public void Batch_CutWhenAllIsCommittedAlready_DoesNotWaitForAnAnswerThatNeverComes()
    {
        var gate = new BatchCommitGate(_tracker, TimeSpan.FromSeconds(1), _time);
        Receive(gate, 0, 10);
        Assert.True(gate.MayStart(0, null, Now));
        Complete(gate, 0);
        Commit(gate);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(gate.MayStart(1, 0, Now));
    }

    [Fact]
    public void PerRecord_NextOfTheLane_WaitsForTheAcknowledgementOfItsLast()
    {
        var gate = new RecordCommitGate(_tracker);
        Receive(gate, 0, 4);
        Assert.True(gate.MayStart(0, null, Now));
        Assert.True(gate.MayStart(1, null, Now));
        Complete(gate, 1);
        Assert.False(gate.Urgent);
        Assert.False(gate.MayStart(3, laneCompleted: 1, Now));
        Complete(gate, 0);
        Assert.True(gate.Urgent);
        Assert.Equal(2, Commit(gate));
        Assert.True(gate.MayStart(3, laneCompleted: 1, Now));
        Assert.True(gate.MayStart(2, laneCompleted: 0, Now));
    }

    [Fact]
    public void AtMostOnce_NothingStarts_BeforeItsBatchIsAcknowledged()
    {
        var gate = new AheadCommitGate(_tracker);
        Receive(gate, 10, 3);
        Receive(gate, 13, 3);
        Assert.Null(gate.Committable);
        Assert.False(gate.MayStart(10, null, Now));
        Assert.True(gate.Urgent);
        Assert.Equal(13, Commit(gate));
        Assert.True(gate.MayStart(10, null, Now));
        Assert.True(gate.MayStart(12, 10, Now));
        Assert.Null(gate.Committable);
        Assert.False(gate.MayStart(13, 12, Now));
        Assert.Equal(16, gate.Committable);
    }

    [Fact]
    public void Manual_RequestAboveARecordThatHasNotReturned_CommitsUpToThatRecord()
    {
        var gate = new ManualCommitGate(_tracker, maxUncommitted: 10);
        Receive(gate, 0, 4);
        Complete(gate, 0);
        Complete(gate, 2);
        Assert.Null(gate.Committable);
        Assert.Equal(1, gate.Request(2, 3));
        Assert.True(gate.Urgent);
        Commit(gate);
        Assert.Null(gate.Committable);
        Complete(gate, 1);
        Assert.Equal(3, gate.Committable);
        Complete(gate, 3);
        Assert.Equal(3, Commit(gate));
        Assert.Null(gate.Committable);
    }

    [Fact]
    public void Manual_TooManyHandledAboveTheRequest_HoldsFetching()
    {
        var gate = new ManualCommitGate(_tracker, maxUncommitted: 2);
        Receive(gate, 0, 5);
        Complete(gate, 0);
        gate.Request(0, 1);
        Complete(gate, 1);
        Complete(gate, 2);
        Assert.True(gate.HoldsFetching);
        Commit(gate);
        Assert.Equal(2, gate.HandledNotAcknowledged);
        Assert.True(gate.HoldsFetching);
        gate.Request(2, 3);
        Commit(gate);
        Assert.False(gate.HoldsFetching);
        Assert.Equal(0, gate.HandledNotAcknowledged);
    }

    [Fact]
    public void None_ConsumerWithoutAGroup_CommitsNothingAndHoldsNothing()
    {
        var gate = CommitGate.Create(Settings.Create(static options => options.GroupId = null), _tracker, _time);
        Receive(gate, 0, 2);
        Assert.True(gate.MayStart(1, 0, Now));
        Complete(gate, 0);
        Complete(gate, 1);
        Assert.Null(gate.Committable);
        Assert.False(gate.Urgent);
    }

    private long Now => _time.GetTimestamp();

    private void Receive(CommitGate gate, long start, int count)
    {
        for (var offset = start; offset < start + count; offset++)
        {
            _tracker.Receive(offset, leaderEpoch: 1);
        }

        gate.BatchReceived(start, start + count);
    }

    /// <summary>Sequences are offsets here, as far as these tests complete records.</summary>
    private void Complete(CommitGate gate, long sequence)
    {
        _tracker.Complete(sequence);
        gate.Completed(1, sequence);
    }

    private static long? Commit(CommitGate gate)
    {
        var next = gate.Committable;
        gate.Sent();
        gate.Acknowledge(next!.Value);
        return next;
    }
}
