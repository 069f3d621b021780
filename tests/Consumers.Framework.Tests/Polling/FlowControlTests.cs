using Confluent.Kafka;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Polling;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Polling;

public sealed class FlowControlTests : IDisposable
{
    private readonly World _world = new(static options => options.Buffer.MaxRecords = 8);
    private readonly FakeSource _source;
    private readonly PollBatch _batch;
    private readonly FlowControl _flow;
    private readonly TurnLimit _turns = new();
    private bool _paused;

    public FlowControlTests()
    {
        _source = new FakeSource(reader: _world.Reader);
        _batch = new PollBatch(_world.Table, _world.Reader, capacity: 10);
        _flow = new FlowControl(_world.Scope, _source, _world.Table, _batch, _world.SpaceFreed, () => _paused);
    }

    public void Dispose() => _world.Dispose();

    /// <summary>The client may be so quick that the poll which assigns a partition brings its first records.</summary>
    [Fact]
    public void Scenario21_BeforeHandOver_PausedInCode_NothingOfANewPartitionIsHandedOn()
    {
        _paused = true;
        var retained = _world.OpenWith(3, partition: 1);
        var added = _world.Open();
        added.Assigned.StartsAt = Offset.Beginning;
        _batch.Add(added.TopicPartition, _world.Reader.Make(7));
        _batch.Add(added.TopicPartition, _world.Reader.Make(8));
        _batch.Add(retained.TopicPartition, _world.Reader.Make(3));
        _flow.AssignmentChanged();
        _flow.BeforeHandOver();
        _batch.HandOver(static (lease, _) => lease);
        Assert.Equal([retained], _batch.Received);
        Assert.Equal(2, _world.Reader.Released);
        Assert.Equal(7, added.Assigned.PendingSeek);
        _flow.AfterPoll([]);
        _paused = false;
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0", "pause 1", "resume 0@7", "resume 1@4"], _source.Journal.Order());
    }

    [Fact]
    public void AfterPoll_Resumed_ExpectsAnAnswer()
    {
        var lease = _world.OpenWith(3);
        _paused = true;
        _flow.AfterPoll([]);
        Assert.Null(lease.Assigned.AwaitedSince);
        _paused = false;
        _flow.AfterPoll([]);
        Assert.NotNull(lease.Assigned.AwaitedSince);
    }

    [Fact]
    public void AfterPoll_BufferStaysFull_HoldsUntilAQuarterIsLeft()
    {
        var lease = _world.OpenWith(8);
        _flow.AfterPoll([lease]);
        Assert.Equal(["hold 0"], _source.Journal);
        Assert.Equal(PauseReason.BackPressure, lease.Assigned.Paused);
        Handle(4);
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0"], _source.Journal);
        Assert.Equal(0, _world.PollWakes);
        Handle(1);
        Assert.Equal(1, _world.PollWakes);
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0", "let flow 0@8"], _source.Journal);
        Assert.Equal(PauseReason.None, lease.Assigned.Paused);
        _flow.AfterPoll([]);
        Assert.Equal(2, _source.Journal.Count);
    }

    /// <summary>Records that were on their way when the partition was held.</summary>
    [Fact]
    public void AfterPoll_MoreComesOfAHeldPartition_ChangesNothing()
    {
        var lease = _world.OpenWith(8);
        _flow.AfterPoll([lease]);
        _flow.AfterPoll([lease]);
        Assert.Equal(["hold 0"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_SpaceWasFreed_IsSignalledAndDoesNotPause()
    {
        var lease = _world.OpenWith(8);
        lease.Buffer.WantSpace();
        Handle(8);
        Assert.True(_world.SpaceFreed.WaitOne(TimeSpan.Zero));
        _flow.AfterPoll([lease]);
        Assert.Empty(_source.Journal);
    }

    [Fact]
    public void AfterPoll_StaleSignalOfAnEarlierWait_IsNoReasonToPauseWithoutWaiting()
    {
        var lease = _world.OpenWith(8);
        _world.SpaceFreed.Set();
        var startedAt = TimeProvider.System.GetTimestamp();
        _flow.AfterPoll([lease]);
        Assert.True(TimeProvider.System.GetElapsedTime(startedAt) >= TimeSpan.FromMilliseconds(15));
        Assert.Equal(["hold 0"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_ManyFullPartitions_WaitsOnceForAll()
    {
        var leases = Enumerable.Range(0, 50).Select(partition => _world.OpenWith(8, partition)).ToList();
        var startedAt = TimeProvider.System.GetTimestamp();
        _flow.AfterPoll(leases);
        Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < TimeSpan.FromMilliseconds(500));
        Assert.Equal(50, _source.Journal.Count);
    }

    /// <summary>A pause outlives the assignment in the client.</summary>
    [Fact]
    public void Scenario20_AfterPoll_HeldPartitionComesBack_Flows()
    {
        var lease = _world.OpenWith(8);
        _flow.AfterPoll([lease]);
        lease.Close(CloseReason.Revoked);
        _world.Table.Remove([lease]);
        _flow.AssignmentChanged();
        _flow.AfterPoll([]);
        _world.Open();
        _flow.AssignmentChanged();
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0", "let flow 0@"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_Command_PausesAndResumesEveryPartition()
    {
        _world.Open(0);
        _world.Open(1);
        _paused = true;
        _flow.AfterPoll([]);
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0", "pause 1"], _source.Journal);
        _paused = false;
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0", "pause 1", "resume 0@", "resume 1@"], _source.Journal);
    }

    [Fact]
    public void Scenario21_AfterPoll_AssignedWhilePausedByCommand_IsPausedRightAfterThePoll()
    {
        _paused = true;
        _flow.AfterPoll([]);
        var lease = _world.Open();
        _flow.AssignmentChanged();
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0"], _source.Journal);
        Assert.Equal(PauseReason.Command, lease.Assigned.Paused);
    }

    /// <summary>The poll that brings an assignment would go on to wait for its first records.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scenario21_AssignmentChanged_WhilePausedByCommand_EndsThePoll(bool isPaused)
    {
        _paused = isPaused;
        _flow.AssignmentChanged();
        Assert.Equal(isPaused, _source.Woken);
    }

    [Fact]
    public void AfterPoll_TwoReasons_PutsBackTheOneThatStands()
    {
        var lease = _world.OpenWith(8);
        _flow.AfterPoll([lease]);
        _paused = true;
        _flow.AfterPoll([]);
        Handle(8);
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0", "pause 0", "hold 0", "let flow 0@8", "pause 0"], _source.Journal);
        _paused = false;
        _flow.AfterPoll([]);
        Assert.Equal("resume 0@8", _source.Journal[^1]);
        Assert.Equal(PauseReason.None, lease.Assigned.Paused);
    }

    [Fact]
    public void AfterPoll_UnreadableRecordIsFinal_GoesOnAtThePositionAndExpectsTheClientThere()
    {
        var lease = _world.OpenWith(3);
        _flow.HoldUnreadable(lease);
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0"], _source.Journal);
        Handle(3);
        _flow.AfterPoll([]);
        Assert.Equal(["pause 0", "resume 0@3"], _source.Journal);
        Assert.Equal(3, lease.Assigned.PendingSeek);
    }

    [Fact]
    public void SeekAgain_PausedByCommand_IsLeftToTheResume()
    {
        var lease = _world.OpenWith(3);
        _flow.SeekAgain(lease);
        Assert.Equal(["resume 0@3"], _source.Journal);
        _paused = true;
        _flow.AfterPoll([]);
        _flow.SeekAgain(lease);
        Assert.Equal(["resume 0@3", "pause 0"], _source.Journal);
    }

    /// <summary>The client has paused every partition for its callback, and would go on with them at its next tick.</summary>
    [Fact]
    public void AfterPoll_CallbackWasServed_WhatStaysIsFetchedAtOnceWhereItIs()
    {
        var revoked = _world.OpenWith(2);
        var retained = _world.OpenWith(3, partition: 1);
        _flow.CallbackBegins([]);
        Assert.True(_source.Woken);
        revoked.Close(CloseReason.Revoked);
        _world.Table.Remove([revoked]);
        _world.Open(partition: 2).Assigned.StartsAt = 5;
        retained.Receive(_world.Reader.Range(3, 2));
        _flow.AfterPoll([]);
        Assert.Equal(["fetch 1@5"], _source.Journal);
        Assert.NotNull(retained.Assigned.AwaitedSince);
        _flow.AfterPoll([]);
        Assert.Equal(["fetch 1@5"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_SecondCallbackInOnePoll_FetchesWhatTheFirstHasAssignedToo()
    {
        _flow.CallbackBegins([]);
        var added = _world.Open();
        added.Assigned.StartsAt = 5;
        _flow.CallbackBegins([]);
        _flow.AfterPoll([]);
        Assert.Equal(["fetch 0@5"], _source.Journal);
    }

    /// <summary>It waits in the client, and its records were thrown away there as well.</summary>
    [Fact]
    public void AfterPoll_CallbackWasServed_FetchesWhatIsHeldAndNotWhatIsPaused()
    {
        var held = _world.OpenWith(8);
        _flow.AfterPoll([held]);
        var unreadable = _world.OpenWith(1, partition: 1);
        _flow.HoldUnreadable(unreadable);
        var stopped = _world.OpenWith(1, partition: 2);
        stopped.Assigned.Hold = new PositionHold(PartitionState.OutOfRange, 1, "gone");
        var unknown = _world.Open(partition: 3);
        _flow.CallbackBegins([]);
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0", "pause 1", "fetch 0@8"], _source.Journal);
        Assert.Null(unknown.Assigned.Expected);
    }

    /// <summary>Its answer waits in the client for as long as it is held, and does not make it silent.</summary>
    [Fact]
    public void AfterPoll_HeldThroughACallback_OwesItsAnswerFromTheReleaseOn()
    {
        var lease = _world.OpenWith(8);
        _flow.AfterPoll([lease]);
        _flow.CallbackBegins([]);
        _flow.AfterPoll([]);
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        Handle(5);
        _flow.AfterPoll([]);
        Assert.Equal(["hold 0", "fetch 0@8", "let flow 0@8"], _source.Journal);
        Assert.Equal(_world.Clock.GetTimestamp(), lease.Assigned.AwaitedSince);
    }

    private void Handle(int count) => _turns.Limit(_world, count);

    /// <summary>Handlers that let so many records through and hold at the next.</summary>
    private sealed class TurnLimit
    {
        private TaskCompletionSource? _held;
        private int _left;

        public void Limit(World world, int count)
        {
            _left = count;
            world.Invoker.Handler = (_, _) => Pass();
            if (_held is { } held)
            {
                _held = null;
                _left--;
                held.SetResult();
            }

            world.Manual.RunAll();
        }

        private ValueTask Pass()
        {
            if (_left-- > 0)
            {
                return ValueTask.CompletedTask;
            }

            _held = new TaskCompletionSource();
            return new ValueTask(_held.Task);
        }
    }
}
