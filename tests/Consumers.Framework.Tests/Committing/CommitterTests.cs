using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitterTests : IDisposable
{
    private const ErrorCode StaleMemberEpoch = (ErrorCode)113;

    private readonly FakeOffsetCommitter _client = new();
    private readonly BlockingCollection<(CommitVerdict Verdict, ErrorCode Code)> _ended = [];
    private readonly ManualResetEventSlim _hung = new();
    private readonly CommitClock _clock = new();
    private World _world = null!;
    private Committer _committer = null!;

    public void Dispose()
    {
        _hung.Set();
        _committer?.Dispose();
        _world?.Dispose();
        _ended.Dispose();
        _hung.Dispose();
    }

    [Fact]
    public void Signal_Progress_IsCommittedWithoutANewRecord()
    {
        Start();
        var lease = Handled(3);
        Assert.Equal([new(0, 3, -1, LeaseState.Open)], _client.Next());
        Waiting.Until(() => !lease.Commits.HasUncommitted);
    }

    [Fact]
    public void Signal_WhileOneIsInFlight_RidesInTheNextAndNeverOverlaps()
    {
        Start();
        var answer = Hang();
        var lease = Handled(1);
        _client.Next();
        Receive(lease, 1, 1);
        Receive(lease, 2, 1);
        var other = Handled(4, partition: 1);
        Assert.True(_committer.IsInFlight);
        answer.Set();
        Assert.Equal([new(0, 3, -1, LeaseState.Open), new(1, 4, -1, LeaseState.Open)], _client.Next());
        Waiting.Until(() => !lease.Commits.HasUncommitted && !other.Commits.HasUncommitted && !_committer.IsInFlight);
        Assert.False(_client.Overlapped);
    }

    [Theory]
    [InlineData((int)ErrorCode.IllegalGeneration)]
    [InlineData((int)ErrorCode.RebalanceInProgress)]
    [InlineData((int)StaleMemberEpoch)]
    [InlineData((int)ErrorCode.NotCoordinatorForGroup)]
    [InlineData((int)ErrorCode.RequestTimedOut)]
    public void Send_DeferredOrFailed_IsSentAgainWithoutANewRecord(int code)
    {
        Start();
        AnswerOnce(points => FakeOffsetCommitter.Each(points, _ => (ErrorCode)code));
        var lease = Handled(3);
        Assert.Equal(3, _client.Next().Single().NextOffset);
        Assert.Equal(3, NextAfterABackoff().Single().NextOffset);
        Waiting.Until(() => !lease.Commits.HasUncommitted && _committer.FailingFor is null);
        Assert.Null(_committer.LastError);
        Assert.Empty(_ended);
    }

    /// <summary>Scenario 2: the older commit that a rebalance deferred is never sent again once a newer one has succeeded.</summary>
    [Fact]
    public void Scenario02_DeferredThenNewerSucceeds_OffsetNeverGoesBack()
    {
        Start();
        var lease = Handled(0);
        AnswerOnce(points =>
        {
            Receive(lease, 3, 4);
            return FakeOffsetCommitter.Each(points, static _ => ErrorCode.RebalanceInProgress);
        });
        Receive(lease, 0, 3);
        _clock.RunUntil(() => lease.GetSnapshot().Committed == 7);
        lease.BeginDrain();
        Assert.True(_committer.Flush([lease.Commits], Waiting.Limit));
        Assert.Equal([3, 7], _client.Requests.Select(static request => request.Single().NextOffset));
    }

    [Fact]
    public void Send_OnePartitionRefused_TheOthersAreAcknowledgedAndItIsSentAgain()
    {
        Start();
        AnswerOnce(static points => FakeOffsetCommitter.Each(points, static point => point.Source.TopicPartition.Partition == 1 ? ErrorCode.TopicAuthorizationFailed : ErrorCode.NoError));
        var leases = HandledTogether(3);
        Assert.Equal(3, _client.Next().Count);
        Assert.Equal([new(1, 5, -1, LeaseState.Open)], NextAfterABackoff());
        Waiting.Until(() => leases.All(static lease => !lease.Commits.HasUncommitted));
        var warning = Assert.Single(_world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.CommitFailed);
        Assert.Contains("orders[1]", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_FailedAsAWhole_NextRoundGoesOneByOne()
    {
        Start();
        AnswerOnce(static points => FakeOffsetCommitter.Whole(points, ErrorCode.OffsetMetadataTooLarge));
        var leases = HandledTogether(3);
        Assert.Equal(3, _client.Next().Count);
        Assert.Equal([0, 1, 2], [NextAfterABackoff().Single().Partition, _client.Next().Single().Partition, _client.Next().Single().Partition]);
        Waiting.Until(() => leases.All(static lease => !lease.Commits.HasUncommitted));
    }

    /// <summary>Of the partitions of a one-by-one round some succeed: that does not end the series of failures of the other.</summary>
    [Fact]
    public void Send_OneOfTheRoundFailsForEver_IsSaidOnceAndStaysFailing()
    {
        Start();
        _client.Answer = static points => points.Any(static point => point.Source.TopicPartition.Partition == 1)
            ? FakeOffsetCommitter.Whole(points, ErrorCode.OffsetMetadataTooLarge)
            : FakeOffsetCommitter.Each(points, static _ => ErrorCode.NoError);
        var leases = HandledTogether(3);
        _clock.RunUntil(() => !leases[0].Commits.HasUncommitted && !leases[2].Commits.HasUncommitted);
        Receive(leases[0], 5, 5);
        Receive(leases[2], 5, 5);
        Waiting.Until(() => !leases[0].Commits.HasUncommitted && !leases[2].Commits.HasUncommitted && !_committer.IsInFlight);
        Assert.NotNull(_committer.FailingFor);
        Assert.Single(_world.Logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.CommitFailed);
        Assert.False(_world.Logged(EventIds.CommitsRecovered));
    }

    [Fact]
    public void Send_ClientThrows_ThreadLivesAndTheCommitIsSentAgain()
    {
        Start();
        AnswerOnce(static _ => throw new ObjectDisposedException("client"));
        var lease = Handled(3);
        _clock.RunUntil(() => !lease.Commits.HasUncommitted);
        Assert.Equal(2, _client.Requests.Count);
    }

    [Fact]
    public void FailingFor_FailedPartitionIsTakenAway_IsOver()
    {
        Start();
        _client.Answer = static points => FakeOffsetCommitter.Each(points, static _ => ErrorCode.TopicAuthorizationFailed);
        var lease = Handled(3);
        Waiting.Until(() => _committer.FailingFor is not null);
        Assert.Contains(nameof(ErrorCode.TopicAuthorizationFailed), _committer.LastError, StringComparison.Ordinal);
        lease.Close(CloseReason.Lost);
        _clock.RunUntil(() => _committer.FailingFor is null);
    }

    [Theory]
    [InlineData((int)ErrorCode.UnknownMemberId, (int)CommitVerdict.Lost)]
    [InlineData((int)ErrorCode.FencedInstanceId, (int)CommitVerdict.Fenced)]
    [InlineData((int)ErrorCode.Local_Fatal, (int)CommitVerdict.Fenced)]
    public void Send_NotAMemberAnyMore_IsToldAndNothingIsAcknowledged(int code, int verdict)
    {
        Start();
        _client.Answer = points => FakeOffsetCommitter.Whole(points, (ErrorCode)code);
        var lease = Handled(3);
        Assert.True(_ended.TryTake(out var ended, Waiting.Limit));
        Assert.Equal(((CommitVerdict)verdict, (ErrorCode)code), ended);
        Assert.Null(lease.GetSnapshot().Committed);
    }

    /// <summary>The client called back and rejoined before the answer to a commit of the old membership is read: the new leases are not its business.</summary>
    [Fact]
    public void Send_LostAnswerForLeasesThatAreClosed_IsNoNews()
    {
        Start();
        using var removed = new ManualResetEventSlim();
        AnswerOnce(points =>
        {
            Assert.True(removed.Wait(Waiting.Limit));
            return FakeOffsetCommitter.Whole(points, ErrorCode.UnknownMemberId);
        });
        var lost = _world.Open();
        Receive(lost, 0, 3);
        _client.Next();
        lost.Close(CloseReason.Lost);
        _world.Table.Remove([lost]);
        removed.Set();
        var reopened = Handled(2);
        Waiting.Until(() => reopened.GetSnapshot().Committed == 2);
        Assert.Empty(_ended);
    }

    [Fact]
    public async Task Flush_DeferredCommit_IsRetriedUntilItSucceeds()
    {
        Start(TimeSpan.FromHours(1));
        var refusals = 3;
        _client.Answer = points => FakeOffsetCommitter.Each(points, _ => refusals-- > 0 ? ErrorCode.RebalanceInProgress : ErrorCode.NoError);
        var lease = Handled(3);
        lease.BeginDrain();
        Assert.True(await FlushAsync(lease, TimeSpan.FromHours(1)));
        Assert.Equal(3, lease.GetSnapshot().Committed);
        Assert.Equal(4, _client.Requests.Count);
    }

    /// <summary>The committer knows that somebody waits and sleeps through its longest back-off: a flush wakes it all the same.</summary>
    [Fact]
    public async Task Flush_DuringALongBackoffOfAnUrgentCommit_IsNotSleptThrough()
    {
        Start(configure: static options => options.Commit.Strategy = CommitStrategy.PerRecord);
        _client.Answer = static points => FakeOffsetCommitter.Each(points, static point => point.Source.TopicPartition.Partition == 0 ? ErrorCode.NotCoordinatorForGroup : ErrorCode.NoError);
        var lease = Handled(1);
        _client.Next();
        foreach (var refusal in Enumerable.Range(0, 4))
        {
            // 100, 200, 400, 800 ms. Another's progress wakes the thread, which would sleep them through by a clock of its own.
            Waiting.Until(() => !_committer.IsInFlight);
            _clock.Advance(TimeSpan.FromMilliseconds(100 << refusal));
            Handled(1, partition: refusal + 1);
            Waiting.Until(() => _client.Requests.Count(static request => request.Any(static point => point.Partition == 0)) == refusal + 2);
        }

        // The next would be sent after another 1.6 s, for which the thread sleeps now: the limit is one of that sleep.
        Waiting.Until(() => !_committer.IsInFlight);
        _client.Answer = static _ => FakeOffsetCommitter.Refusals.None;
        _clock.Advance(TimeSpan.FromMilliseconds(200));
        var flush = Task.Run(() => _committer.Flush([lease.Commits], Waiting.Limit), TestContext.Current.CancellationToken);
        Assert.True(await flush.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Flush_HungCommit_ReturnsFalseInTimeAndSendsNoOther()
    {
        Start();
        Hang();
        var lease = Handled(1);
        _client.Next();
        Receive(lease, 1, 1);
        lease.BeginDrain();
        var isClean = true;
        var flush = new Thread(() => isClean = _committer.Flush([lease.Commits], TimeSpan.FromMilliseconds(300))) { Name = "flush" };
        flush.Start();

        // It looks when it begins, and then for what is left before it goes to sleep.
        Waiting.Until(() => _clock.LooksOf("flush") >= 2);
        var looks = _clock.LooksOf("flush");
        _clock.Advance(TimeSpan.FromMilliseconds(299));
        Waiting.Until(() => _clock.LooksOf("flush") > looks);
        Assert.True(flush.IsAlive);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(flush.Join(Waiting.Limit));
        Assert.False(isClean);
        Assert.True(_committer.IsInFlight);
        var wait = Task.Run(() => _committer.WaitForAnswer(TimeSpan.FromMilliseconds(50)), TestContext.Current.CancellationToken);
        await _clock.RunUntilAsync(wait);
        Assert.False(await wait);
        Assert.Single(_client.Requests);
    }

    [Fact]
    public async Task Flush_HungCommitForAnotherLease_IsNotClean()
    {
        Start();
        Hang();
        Handled(1);
        _client.Next();
        var idle = _world.Open(1);
        idle.BeginDrain();
        Assert.False(await FlushAsync(idle, TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void Flush_NothingHandled_SendsNothing()
    {
        Start();
        var lease = _world.OpenWith(3);
        lease.BeginDrain();
        Assert.True(_committer.Flush([lease.Commits], Waiting.Limit));
        Assert.Empty(_client.Requests);
    }

    [Fact]
    public void TakeRequests_ClosedLease_IsNeverInARequest()
    {
        Start();
        var answer = Hang();
        Handled(1);
        _client.Next();
        var lost = Handled(2, partition: 1);
        var kept = Handled(3, partition: 2);
        lost.Close(CloseReason.Lost);
        answer.Set();
        Waiting.Until(() => !kept.Commits.HasUncommitted);
        Assert.DoesNotContain(_client.Requests.SelectMany(static request => request), static point => point.Partition == 1 || point.LeaseState == LeaseState.Closed);
        Assert.False(lost.Commits.HasUncommitted);
    }

    /// <summary>Ready to be closed means: no commit in flight and none that may still follow.</summary>
    [Fact]
    public async Task Dispose_NothingInFlight_NothingIsSentAfterwards()
    {
        Start();
        var lease = Handled(1);
        _client.Next();
        Waiting.Until(() => !lease.Commits.HasUncommitted);
        _committer.Dispose();
        Assert.True(_committer.WaitForAnswer(Waiting.Limit));
        Receive(lease, 1, 1);
        Assert.False(await FlushAsync(lease, TimeSpan.FromMilliseconds(100)));
        Assert.Single(_client.Requests);
    }

    [Fact]
    public void AtMostOnce_DrainWhileACommitIsInFlight_RunsWhatItCommitted()
    {
        Start(configure: static options => options.Commit.Strategy = CommitStrategy.AtMostOnce);
        var answer = Hang();
        var lease = _world.OpenWith(3);
        _world.Manual.RunAll();
        Assert.Equal(3, _client.Next().Single().NextOffset);
        lease.BeginDrain();
        Assert.False(lease.IsDrained);
        answer.Set();
        Waiting.Until(() =>
        {
            _world.Manual.RunAll();
            return lease.IsDrained;
        });
        Assert.Equal([0, 1, 2], _world.Invoker.Offsets);
    }

    [Fact]
    public void AtMostOnce_DrainWhileACommitFails_DropsWhatItDidNotCommit()
    {
        Start(configure: static options => options.Commit.Strategy = CommitStrategy.AtMostOnce);
        var answer = Hang(ErrorCode.RebalanceInProgress);
        var lease = _world.OpenWith(3);
        _world.Manual.RunAll();
        _client.Next();
        lease.BeginDrain();
        answer.Set();
        Waiting.Until(() => lease.IsDrained);
        _world.Manual.RunAll();
        Assert.Empty(_world.Invoker.Calls);
        Assert.True(_committer.Flush([lease.Commits], Waiting.Limit));
        Assert.Single(_client.Requests);
        _world.Reader.AssertAllReleasedOnce();
    }

    private void Start(TimeSpan? interval = null, Action<KafkaConsumerOptions>? configure = null)
    {
        _world = new World(configure, time: _clock);
        _committer = new Committer(_client, _world.ScopeWith(interval ?? TimeSpan.Zero), _world.Drained, (verdict, error) => _ended.Add((verdict, error.Code)));
        _world.Progress = _committer.Signal;
    }

    /// <summary>The request that follows a refusal, which has its back-off behind it: 50 ms in a rebalance, else 100 ms.</summary>
    private IReadOnlyList<FakeOffsetCommitter.Point> NextAfterABackoff()
    {
        Waiting.Until(() => !_committer.IsInFlight);
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        return _client.Next();
    }

    /// <summary>Flushes while time goes by.</summary>
    private async Task<bool> FlushAsync(PartitionLease lease, TimeSpan timeout)
    {
        var flush = Task.Run(() => _committer.Flush([lease.Commits], timeout));
        await _clock.RunUntilAsync(flush);
        return await flush;
    }

    /// <summary>The next answers come when the event is set.</summary>
    private ManualResetEventSlim Hang(ErrorCode code = ErrorCode.NoError)
    {
        _client.Answer = points =>
        {
            _hung.Wait(TestContext.Current.CancellationToken);
            return FakeOffsetCommitter.Each(points, _ => code);
        };
        return _hung;
    }

    private void AnswerOnce(Func<IReadOnlyList<CommitPoint>, FakeOffsetCommitter.Refusals> answer)
    {
        _client.Answer = points =>
        {
            _client.Answer = static later => FakeOffsetCommitter.Each(later, static _ => ErrorCode.NoError);
            return answer(points);
        };
    }

    /// <summary>A lease whose records are handled.</summary>
    private PartitionLease Handled(int count, int partition = 0)
    {
        var lease = _world.Open(partition);
        if (count > 0)
        {
            Receive(lease, 0, count);
        }

        return lease;
    }

    private void Receive(PartitionLease lease, long start, int count)
    {
        // The committer is told when all of them are handled, so that one request has them all.
        var isUrgent = false;
        var tell = _world.Progress;
        _world.Progress = (_, urgent) => isUrgent |= urgent;
        lease.Receive(_world.Reader.Range(start, count));
        _world.Manual.RunAll();
        _world.Progress = tell;
        tell(lease.Commits, isUrgent);
    }

    /// <summary>Several leases, five records each, that the committer finds all at once.</summary>
    private List<PartitionLease> HandledTogether(int count)
    {
        var tell = _world.Progress;
        _world.Progress = static (_, _) => { };
        var leases = Enumerable.Range(0, count).Select(partition => Handled(5, partition)).ToList();
        _world.Progress = tell;

        // The one way to tell of several leases in one step.
        _committer.Flush([.. leases.Select(static lease => lease.Commits)], TimeSpan.Zero);
        return leases;
    }
}
