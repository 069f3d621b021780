using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Hosting;
using Consumers.Framework.Leases;
using Consumers.Framework.Listeners;
using Consumers.Framework.Positions;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Polling;

public sealed class PollLoopTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Gates _gates = new();
    private readonly TimerClock _clock = new();
    private readonly FakeTopicIds _cluster = new();
    private readonly KnownTopics _topics = new();
    private World _world = null!;
    private ConsumerRuntime _runtime = null!;
    private FakeSource _source = null!;
    private WorkerPipeline _pipeline = null!;
    private WorkerStatus _status = null!;
    private Task<Exception?> _running = null!;

    public void Dispose()
    {
        _stop.Cancel();
        _running.Wait(Waiting.Limit);
        _pipeline.Dispose();
        _world.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Run_Stop_DrainsCommitsThenCloses()
    {
        Start();
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0);
        _source.Deliver(0, 0, 3);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        await _stop.CancelAsync();
        Waiting.Until(() => _status.State == WorkerState.Stopping);
        Assert.DoesNotContain("close", _source.Journal);
        _gates.Open(0);
        Assert.Null(await _running.Soon());
        Assert.Equal(["subscribe orders", "commit 0@1", "close"], _source.Journal);
        Assert.Equal([0], _world.Invoker.Offsets);
        Assert.Empty(_pipeline.Leases.All);
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Scenario55_Run_StoppedBeforeTheFirstAssignment_Closes()
    {
        Start();
        await _stop.CancelAsync();
        Assert.Null(await _running.Soon());
        Assert.Equal("close", _source.Journal[^1]);
    }

    [Fact]
    public async Task Scenario15_Revoked_HandlerInFlight_IsCommittedInsideTheCallback()
    {
        Start(static options => options.Commit.Interval = TimeSpan.FromHours(1));
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0, 1);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        _source.Then((_, events) =>
        {
            events.Revoked(FakeSource.Partitions(0));
            Assert.Equal("commit 0@1", _source.Journal[^1]);
        });
        Waiting.Until(() => _status.State == WorkerState.Rebalancing);
        _gates.Open(0);
        Waiting.Until(() => _status.State == WorkerState.Running);
        Assert.Equal([1], _pipeline.Leases.All.Select(static lease => lease.TopicPartition.Partition.Value));
        Assert.False(_world.Logged(EventIds.DrainTimedOut));
        await StopAsync();
    }

    /// <summary>What was committed last, in the callback, is known as the new topic's: so it counts when the partition comes back at once.</summary>
    [Fact]
    public async Task Scenario48_Revoked_LeaseOfTheNewTopicCommitsAtTheEnd_ItsCommitIsKnownAsThatTopics()
    {
        _cluster.Ids["orders"] = "b";
        Start(static options => options.Commit.Interval = TimeSpan.FromHours(1));
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 2);
        Assert.False(_topics.WasCommittedUnder(new TopicPartition("orders", 0), "b"));
        _source.Take(0);
        Waiting.Until(() => _pipeline.Leases.All.Count == 0);
        await StopAsync();
        Assert.True(_topics.WasCommittedUnder(new TopicPartition("orders", 0), "b"));
    }

    [Fact]
    public async Task Scenario48_Run_ExplicitPartitions_LeasesKnowTheirTopicsId()
    {
        _cluster.Ids["orders"] = "a";
        Start(partitions: FakeSource.Partitions(4));
        Waiting.Until(() => _pipeline.Leases.All.Count == 1);
        Assert.Equal("a", _pipeline.Leases.All[0].Assigned.TopicId);
        await StopAsync();
    }

    [Fact]
    public async Task Scenario16_Revoked_HandlerDoesNotFinish_IsCancelledAtTheDeadlineAndNotCommitted()
    {
        Start(static options => options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(100));
        _world.Invoker.Handler = static async (_, token) => await Task.Delay(Timeout.InfiniteTimeSpan, token);
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        _source.Take(0);
        _clock.RunUntil(() => _pipeline.Leases.All.Count == 0);
        await StopAsync();
        Assert.DoesNotContain(_source.Journal, static entry => entry.StartsWith("commit", StringComparison.Ordinal));
        Assert.True(_world.Logged(EventIds.DrainTimedOut));
        Waiting.Until(() => _world.Reader.Released == 2);
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Scenario03_Lost_CommitsNothingAndCancels()
    {
        Start();
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        _source.Lose(0);
        Waiting.Until(() => _world.Invoker.Calls[0].Token.IsCancellationRequested);
        _gates.Open(0);
        Waiting.Until(() => _world.Logged(EventIds.StaleCompletion));
        await StopAsync();
        Assert.DoesNotContain(_source.Journal, static entry => entry.StartsWith("commit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scenario11_Lost_CommitIsOnItsWay_EndsAfterItsAnswerSoThatNoLaterMembershipSendsIt()
    {
        Start();
        using var answer = new ManualResetEventSlim();
        _source.Committer.Answer = points =>
        {
            answer.Wait(Waiting.Limit);
            return FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        };
        _source.Give(0);
        _source.Deliver(0, 0, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 0@1"));
        var answeredFirst = new TaskCompletionSource<bool>();
        _source.Then((_, events) =>
        {
            events.Lost(FakeSource.Partitions(0));
            answeredFirst.SetResult(answer.IsSet);
        });

        // The lease does not wait.
        Waiting.Until(() => _pipeline.Leases.All.Count == 0);
        answer.Set();
        Assert.True(await answeredFirst.Task.Soon());
        await StopAsync();
    }

    [Fact]
    public async Task Poll_RevokedInTheSamePoll_ItsRecordsAreGivenBackUnhandled()
    {
        Start();
        _source.Give(0, 1);
        _source.Then((batch, events) =>
        {
            _source.Add(batch, 0, 0, 3);
            _source.Add(batch, 1, 0, 3);
            events.Revoked(FakeSource.Partitions(0));

            // A native batch may still hold some that were read before the callback.
            _source.Add(batch, 0, 3, 2);
        });
        Waiting.Until(() => _world.Invoker.Calls.Count == 3);
        await StopAsync();
        Assert.All(_world.Invoker.Calls, static call => Assert.Equal(1, call.Partition));
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Scenario22_AssignedIncrementally_RetainedPartitionKeepsItsRecords()
    {
        Start();
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0);
        _source.Deliver(0, 0, 3);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        _source.Give(1);
        foreach (var offset in Enumerable.Range(0, 3))
        {
            _gates.Open(offset);
        }

        Waiting.Until(() => _world.Invoker.Calls.Count == 3);
        await StopAsync();
        Assert.Equal("commit 0@3", _source.Journal.Last(static entry => entry.StartsWith("commit", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Revoked_OtherPartitionsStay_AreFetchedAtOnceFromBehindWhatThePollHasBrought()
    {
        Start();
        _source.Give(0, 1);
        _source.Deliver(0, 0, 1);
        _source.Deliver(1, 0, 3);
        Waiting.Until(() => _world.Invoker.Calls.Count == 4);
        _source.Then((batch, events) =>
        {
            _source.Add(batch, 1, 3, 2);
            events.Revoked(FakeSource.Partitions(0));
        });
        Waiting.Until(() => _source.Journal.Contains("fetch 1@5"));
        _source.Then(static (_, events) => events.Assigned([]));
        Waiting.Until(() => _source.Journal.Count(static entry => entry == "fetch 1@5") == 2);
        await StopAsync();
        Assert.DoesNotContain(_source.Journal, static entry => entry.StartsWith("fetch 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_CommitHangsAtTheEnd_AbandonsTheClientAndNeverClosesIt()
    {
        using var hung = new ManualResetEventSlim();
        Start(static options => options.Commit.FinalTimeout = TimeSpan.FromMilliseconds(200));
        _source.Committer.Answer = points =>
        {
            hung.Wait(TestContext.Current.CancellationToken);
            return FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        };
        _source.Give(0);
        _source.Deliver(0, 0, 1);
        _source.Committer.Next();
        await _stop.CancelAsync();
        await _clock.RunUntilAsync(_running);
        Assert.Null(await _running);
        hung.Set();
        Assert.Equal(["subscribe orders", "commit 0@1", "abandon"], _source.Journal);
        Assert.True(_world.Logged(EventIds.ClientAbandoned));
        Assert.True(_world.Logged(EventIds.FinalCommitGivenUp));
    }

    /// <summary>A commit that was sent when the partitions were lost is answered in a moment: the client is closed, not given up.</summary>
    [Fact]
    public async Task Run_CommitIsAnsweredAMomentAfterTheEnd_ClosesTheClient()
    {
        using var sent = new ManualResetEventSlim();
        using var lost = new ManualResetEventSlim();
        Start();
        _source.Committer.Answer = points =>
        {
            sent.Set();
            lost.Wait(TestContext.Current.CancellationToken);
            return FakeOffsetCommitter.Whole(points, ErrorCode.Local_Fatal);
        };
        _source.Give(0);
        _source.Deliver(0, 0, 1);
        sent.WaitHandle.Soon();
        _source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone", isFatal: true)));
        Waiting.Until(() => _pipeline.Leases.All.Count == 0);
        lost.Set();
        Assert.IsType<ClientFailedException>(await _running.Soon());
        Assert.Equal("close", _source.Journal[^1]);
    }

    [Fact]
    public async Task Run_ClientFails_LosesEverythingAndGivesTheRecordsOfThePollBack()
    {
        Start(static options => options.Commit.Interval = TimeSpan.FromHours(1));
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 2);
        _source.Then((batch, _) =>
        {
            _source.Add(batch, 0, 2, 3);
            throw new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone", isFatal: true));
        });
        Assert.IsType<ClientFailedException>(await _running.Soon());
        Assert.Equal(["subscribe orders", "close"], _source.Journal);
        Assert.Empty(_pipeline.Leases.All);
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Run_OurOwnFault_CommitsWhatWasHandledAndThrows()
    {
        Start(static options => options.Commit.Interval = TimeSpan.FromHours(1));
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _pipeline.Leases.Handled == 2);
        _source.Fail(new InvalidOperationException("fault"));
        Assert.IsType<InvalidOperationException>(await _running.Soon());
        Assert.Equal(["subscribe orders", "commit 0@2", "close"], _source.Journal);
    }

    [Fact]
    public async Task Scenario26_FencedCommit_StopsDispatchAndEndsTheClient()
    {
        Start();
        _source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.FencedInstanceId);
        _world.Invoker.Handler = (context, token) => context.Offset == 0 ? ValueTask.CompletedTask : _gates.Handle(context, token);
        _source.Give(0);
        _source.Deliver(0, 0, 3);
        var failure = Assert.IsType<ClientFailedException>(await _running.Soon());
        Assert.True(failure.IsFenced);
        Assert.True(_world.Invoker.Calls.Count <= 2);
        Assert.Single(_source.Journal, static entry => entry.StartsWith("commit", StringComparison.Ordinal));
        _gates.Open(1);
        Waiting.Until(() => _world.Reader.Released == 3);
        _world.Reader.AssertAllReleasedOnce();
    }

    [Fact]
    public async Task Scenario04_UnknownMember_StopsDispatchUntilTheClientHasRejoined()
    {
        Start();
        _source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.UnknownMemberId);
        _source.Give(0);
        _source.Deliver(0, 0, 1);
        Waiting.Until(() => _pipeline.Leases.All is [{ State: LeaseState.Closed }]);
        _source.Deliver(0, 1, 2);
        Waiting.Until(() => _world.Reader.Released == 3);
        Assert.Equal([0], _world.Invoker.Offsets);
        _source.Committer.Answer = static _ => FakeOffsetCommitter.Refusals.None;
        _source.Lose(0);
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _source.Journal[^1] == "commit 0@2");
        await StopAsync();
    }

    /// <summary>
    /// Inside a cooperative revocation the client does not let go of the rest: it joins anew, names what it has left, and the group lets it keep that.
    /// The embedded broker takes it back under its old id.
    /// </summary>
    [Theory]
    [InlineData("second")]
    [InlineData("first")]
    public async Task Scenario04_UnknownMemberInADrain_WhatTheGroupLetsItKeepStartsAgainAtItsCommit(string newId)
    {
        Start();
        _source.Give(0, 1);
        _source.Deliver(1, 0, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 1@1"));
        _world.Invoker.Handler = _gates.Handle;
        _source.Deliver(0, 0, 1);
        Waiting.Until(() => _world.Invoker.Calls.Count == 2);
        _source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.UnknownMemberId);
        _source.Take(0);
        _gates.Open(0);
        Waiting.Until(() => _pipeline.Leases.All is [{ State: LeaseState.Closed, TopicPartition.Partition.Value: 1 }]);

        _world.Invoker.Handler = static (_, _) => ValueTask.CompletedTask;
        _source.Committer.Answer = static _ => FakeOffsetCommitter.Refusals.None;
        _source.Brokers.Commits[FakeSource.Partitions(1)[0]] = 1;
        _source.MemberId = "";
        _source.Then(static (_, events) => events.Assigned([]));
        _source.Then((batch, events) =>
        {
            Assert.DoesNotContain("start 1@1", _source.Journal);
            _source.MemberId = newId;
            _source.Add(batch, 1, 1, 1);
            events.Assigned([]);
            _source.Add(batch, 1, 2, 1);
        });
        Waiting.Until(() => _source.Journal.Contains("start 1@1"));
        _source.Deliver(1, 1, 3);
        Waiting.Until(() => _source.Journal.Contains("commit 1@4"));
        await StopAsync();
        Assert.Equal([0, 1, 2, 3], _world.Invoker.Calls.Where(static call => call.Partition == 1).Select(static call => call.Offset));
        _world.Reader.AssertAllReleasedOnce();
    }

    /// <summary>A heartbeat told the client, which said nothing. What another member has committed meanwhile may not be taken back.</summary>
    [Fact]
    public async Task Scenario04_MemberIsAnotherOne_WhatItHasKeptStartsAgainAtItsCommit()
    {
        Start();
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        _source.Brokers.Commits[FakeSource.Partitions(0)[0]] = 7;
        _source.Then((_, events) =>
        {
            _source.MemberId = "second";
            events.Assigned(FakeSource.Partitions(1));
        });
        Waiting.Until(() => _source.Journal.Contains("start 0@7"));
        Assert.True(_world.Invoker.Calls[0].Token.IsCancellationRequested);
        Assert.True(_world.Logged(EventIds.Rejoined));
        _gates.Open(0);
        _world.Invoker.Handler = static (_, _) => ValueTask.CompletedTask;
        _source.Deliver(0, 7, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 0@8"));
        await StopAsync();
        Assert.DoesNotContain("commit 0@1", _source.Journal);
    }

    [Fact]
    public async Task Assigned_WhatWasKeptIsRevokedInTheSamePoll_IsNotOpened()
    {
        Start();
        _source.Give(0, 1);
        _source.Then((_, events) =>
        {
            _source.MemberId = "second";
            events.Assigned([]);
            events.Revoked(FakeSource.Partitions(0));
        });
        Waiting.Until(() => _source.Journal.Any(static entry => entry.StartsWith("start", StringComparison.Ordinal)));
        Assert.Equal([1], _pipeline.Leases.All.Select(static lease => lease.TopicPartition.Partition.Value));
        await StopAsync();
    }

    [Fact]
    public async Task GiveUp_DuringADrain_EndsIt()
    {
        Start(static options => options.Rebalance.DrainTimeout = TimeSpan.FromMinutes(10));
        _world.Invoker.Handler = _gates.Handle;
        _source.Give(0);
        _source.Deliver(0, 0, 1);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        await _stop.CancelAsync();
        Waiting.Until(() => _status.State == WorkerState.Stopping);
        _pipeline.Rebalances.GiveUp();
        Assert.Null(await _running.Soon());
        Assert.Equal("close", _source.Journal[^1]);
        _gates.Open(0);
    }

    [Fact]
    public async Task Reopen_PartitionWentBack_IsConsumedFromThereAndCommittedThere()
    {
        Start();
        _source.Give(0);
        _source.Deliver(0, 100, 2);
        Waiting.Until(() => _source.Journal.Contains("commit 0@102"));
        _source.Deliver(0, 0, 2);
        Waiting.Until(() => _source.Journal.Contains("commit 0@2"));
        await StopAsync();
        Assert.True(_world.Logged(EventIds.PartitionWentBack));
    }

    [Fact]
    public async Task NoOffset_Partition_IsNamedAndItsStateSaysSo()
    {
        Start(static options => options.AutoOffsetReset = OffsetReset.None);
        _source.Give(0);
        _source.Then(static (_, events) => events.Stopped(
            new TopicPartitionOffset(FakeSource.Partitions(0)[0], Offset.Unset), new Error(ErrorCode.Local_AutoOffsetReset)));
        Waiting.Until(() => _pipeline.Leases.All is [var lease] && lease.GetSnapshot().State == PartitionState.NoOffset);
        Assert.True(_world.Logged(EventIds.NoOffset));
        await StopAsync();
    }

    /// <summary>The lease's commit was accepted; when the partition comes back without one, its topic was deleted meanwhile.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario48_Assigned_CommitOfTheLastLeaseIsGone_StartsAtItsBeginning(bool lost)
    {
        IReadOnlyCollection<TopicPartitionOffset> starts = [];
        Start(static options => options.AutoOffsetReset = OffsetReset.Latest);
        _source.Then((_, events) => starts = events.Assigned(FakeSource.Partitions(0)));
        _source.Deliver(0, 5, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 0@6") && _pipeline.Leases.All is [{ Commits.Committed: not null }]);
        Assert.Equal(Offset.End, starts.Single().Offset);
        _source.Then((_, events) =>
        {
            if (lost)
            {
                events.Lost(FakeSource.Partitions(0));
            }
            else
            {
                events.Revoked(FakeSource.Partitions(0));
            }

            starts = events.Assigned(FakeSource.Partitions(0));
        });
        Waiting.Until(() => starts.Single().Offset == Offset.Beginning);
        await StopAsync();
    }

    [Fact]
    public async Task SubscriptionFailed_TopicIsUnknown_WhateverComesUnderItsNameStartsAtItsBeginning()
    {
        IReadOnlyCollection<TopicPartitionOffset> starts = [];
        Start(static options => options.AutoOffsetReset = OffsetReset.Latest);
        _source.Then((_, events) => starts = events.Assigned(FakeSource.Partitions(0)));
        Waiting.Until(() => starts.Count == 1);
        Assert.Equal(Offset.End, starts.Single().Offset);
        _source.Then((_, events) =>
        {
            events.Lost(FakeSource.Partitions(0));
            events.SubscriptionFailed(new Error(ErrorCode.UnknownTopicOrPart), FakeSource.Partitions(0)[0]);
            starts = events.Assigned(FakeSource.Partitions(0));
        });
        Waiting.Until(() => starts.Single().Offset == Offset.Beginning);
        await StopAsync();
    }

    [Fact]
    public async Task Run_PositionIsOutOfRange_GoesOnWhereItIsToldAndCommitsThere()
    {
        Start();
        _source.Brokers.Ranges[FakeSource.Partitions(0)[0]] = new WatermarkOffsets(20, 30);
        _source.Give(0);
        _source.Deliver(0, 5, 1);
        _source.Then(static (_, events) => events.Stopped(
            new TopicPartitionOffset(FakeSource.Partitions(0)[0], 6), new Error(ErrorCode.Local_AutoOffsetReset, "out of range")));
        Waiting.Until(() => _source.Journal.Contains("start 0@20"));
        _source.Deliver(0, 20, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 0@21"));
        await StopAsync();
        Assert.Equal([5, 20], _world.Invoker.Offsets);
    }

    [Fact]
    public async Task Run_ExplicitPartitions_AreAssignedWithoutASubscription()
    {
        Start(partitions: FakeSource.Partitions(4));
        _source.Deliver(4, 0, 1);
        Waiting.Until(() => _world.Invoker.Calls.Count == 1);
        await StopAsync();
        Assert.Equal(["assign 4", "commit 4@1", "close"], _source.Journal);
    }

    [Fact]
    public async Task Scenario10_Observe_ClientPassedAMarker_IsCommittedWithoutARecord()
    {
        Start();
        _source.PositionOf = static _ => 3;
        _source.Give(0);
        _source.Deliver(0, 0, 2);
        _clock.RunUntil(() => _source.Journal.Contains("commit 0@3"));
        await StopAsync();
    }

    /// <summary>The client has delivered them and stands behind them. The other partition's position tells that the loop has asked for positions.</summary>
    [Fact]
    public async Task Scenario21_Observe_RecordsWereTakenBack_AreNeitherCommittedNorSkippedAtTheResume()
    {
        var observed = false;
        Start(isPaused: true);
        _source.PositionOf = partition =>
        {
            Volatile.Write(ref observed, observed || partition.Partition.Value == 1);
            return 5;
        };
        _source.Then((batch, events) =>
        {
            events.Assigned(FakeSource.Partitions(0, 1));
            _source.Add(batch, 0, 0, 5);
            batch.AddEnd(FakeSource.Partitions(1)[0], 5);
        });
        _clock.RunUntil(() => Volatile.Read(ref observed));
        _runtime.IsPaused = false;
        Waiting.Until(() => _source.Journal.Any(static entry => entry.StartsWith("resume 0", StringComparison.Ordinal)));
        Assert.Contains("resume 0@0", _source.Journal);
        Assert.DoesNotContain(_source.Journal, static entry => entry.StartsWith("commit", StringComparison.Ordinal) && entry.Contains("0@", StringComparison.Ordinal));

        _source.Deliver(0, 0, 5);
        Waiting.Until(() => _source.Journal.Contains("commit 0@5"));
        await StopAsync();
        Assert.Equal([0, 1, 2, 3, 4], _world.Invoker.Offsets);
    }

    /// <summary>The position may be that of an earlier assignment, which the client has not let go of yet.</summary>
    [Fact]
    public async Task Observe_ClientHasDeliveredNothingYet_ItsPositionIsNotCommitted()
    {
        var observed = 0;
        Start();
        _source.PositionOf = partition =>
        {
            Interlocked.Add(ref observed, partition.Partition.Value);
            return 100;
        };
        _source.Then((batch, events) =>
        {
            events.Assigned(FakeSource.Partitions(0, 1));
            batch.AddEnd(FakeSource.Partitions(1)[0], 3);
        });
        _clock.RunUntil(() => Volatile.Read(ref observed) > 0 && _source.Journal.Contains("commit 1@100"));
        await StopAsync();
        Assert.DoesNotContain(_source.Journal, static entry => entry.Contains("0@100", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Assigned_CommittedOffset_IsNotCommittedAgain()
    {
        IReadOnlyCollection<TopicPartitionOffset> starts = [];
        Start();
        _source.Brokers.Commits[FakeSource.Partitions(0)[0]] = 3;
        _source.Then((batch, events) =>
        {
            starts = events.Assigned(FakeSource.Partitions(0, 1));
            batch.AddEnd(FakeSource.Partitions(0)[0], 3);
            batch.AddEnd(FakeSource.Partitions(1)[0], 3);
        });
        Waiting.Until(() => _source.Journal.Contains("commit 1@3"));
        Assert.Equal([(0, new Offset(3)), (1, Offset.Beginning)], starts.Select(static start => (start.Partition.Value, start.Offset)));
        Assert.Equal(3, _pipeline.Leases.Find(FakeSource.Partitions(0)[0])!.Commits.Committed);
        await StopAsync();
        Assert.Equal(["commit 1@3"], _source.Journal.Where(static entry => entry.StartsWith("commit", StringComparison.Ordinal)));
    }

    /// <summary>The other partition's commit tells that the loop has asked every partition for its position meanwhile.</summary>
    [Fact]
    public async Task Poll_ClientIsNotWhereItWasSent_IsSentAgainAndNothingIsHandledOrCommittedMeanwhile()
    {
        long? reset = null;
        long other = 1;
        Start();
        _source.PositionOf = partition => partition.Partition.Value == 0 ? reset : other;
        _source.Give(0, 1);
        _source.Deliver(1, 0, 1);
        _source.Then(static (batch, _) => batch.AddUnreadable(FakeSource.Partitions(0)[0], 5, new UnreadableRecord(new Error(ErrorCode.Local_BadMsg))));
        Until(() => _source.Journal.Contains("resume 0@6"));
        reset = 201;
        _source.Deliver(0, 200, 1);
        Waiting.Until(() => _source.Journal.Count(static entry => entry == "resume 0@6") == 2);
        other = 9;
        _clock.RunUntil(() => _source.Journal.Any(static entry => entry.EndsWith("1@9", StringComparison.Ordinal)));
        Assert.DoesNotContain(_source.Journal, static entry => entry.Contains("0@201", StringComparison.Ordinal));
        Assert.DoesNotContain(200, _world.Invoker.Offsets);
        Assert.True(_world.Logged(EventIds.WentAstray));

        reset = null;
        _source.Deliver(0, 6, 1);
        Waiting.Until(() => _source.Journal.Contains("commit 0@7"));
        await StopAsync();
        _world.Reader.AssertAllReleasedOnce();
    }

    private void Start(Action<KafkaConsumerOptions>? configure = null, TopicPartition[]? partitions = null, bool isPaused = false)
    {
        _world = new World(
            options =>
            {
                options.Commit.Interval = TimeSpan.Zero;
                options.PollTimeout = TimeSpan.FromMilliseconds(1);
                configure?.Invoke(options);
            },
            time: _clock);
        _source = new FakeSource(reader: _world.Reader);
        _status = new WorkerStatus(_clock);
        _runtime = new ConsumerRuntime
        {
            Settings = _world.Settings,
            Sources = new OneSource(_source),
            TopicIds = _cluster,
            Ends = new FakePartitionEnds(),
            Decoders = _world.Environment.Lanes.Decoders,
            Invoker = _world.Invoker,
            Failures = _world.Environment.Lanes.Failures,
            RebalanceListeners = [Nobody<IKafkaRebalanceListener>()],
            ProgressListeners = [Nobody<IKafkaProgressListener>()],
            OwnCode = new OwnCode(),
            HostStopper = _world.Stopper,
            Metrics = _world.Metrics,
            Time = _clock,
            Logger = _world.Scope.Logger,
            Topics = _topics,
            IsPaused = isPaused,
        };
        _pipeline = new WorkerPipeline(_runtime, 0, partitions is null ? null : new ExplicitPartitions(partitions, isBounded: false), _status);
        _running = Task.Factory.StartNew(
            () => Record.Exception(() => _pipeline.Loop.Run(static () => { }, _stop.Token)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private ListenerCalls<TListener> Nobody<TListener>()
        where TListener : class => new("orders", 0, [], new OwnCode(), _clock, _world.Logger);

    /// <summary>Says what the loop has done when it does not come to that.</summary>
    private void Until(Func<bool> condition)
    {
        try
        {
            Waiting.Until(condition);
        }
        catch (Exception)
        {
            Assert.Fail($"{_running.Status}: {string.Join("; ", _source.Journal)}: {string.Join("; ", _pipeline.Leases.All.Select(static lease => lease.GetSnapshot()))}");
        }
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        Assert.Null(await _running.Soon());
    }

    private sealed class OneSource(IRecordSource source) : IRecordSourceFactory
    {
        public IRecordSource Create(ConsumerSettings settings, int worker) => source;
    }
}
