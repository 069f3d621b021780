using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Polling;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Positions;

public sealed class PositionResetsTests : IDisposable
{
    private const string OutOfRange = "fetch failed due to requested offset not available on the broker: Broker: Offset out of range (broker 1)";
    private const string Truncated = "Partition log truncation detected at offset 10 (leader epoch 0): broker end offset is 4 (offset leader epoch 0). Reset to INVALID.";

    private static readonly TopicPartition Orders = new("orders", 0);

    private readonly FakeTopicIds _cluster = new();
    private World _world = null!;
    private FakeSource _source = null!;
    private Committer _committer = null!;
    private PositionResets _resets = null!;

    public void Dispose()
    {
        _committer.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData(OutOfRangePolicy.Earliest, "start 0@20")]
    [InlineData(OutOfRangePolicy.Latest, "start 0@30")]
    [InlineData(OutOfRangePolicy.NearestByTime, "start 0@25")]
    public void Scenario50_AfterPoll_PositionWasDeleted_GoesOnByPolicyInANewLease(OutOfRangePolicy policy, string expected)
    {
        Create(options => options.OutOfRange = policy);
        Holds(20, 30);
        _source.Brokers.AtTimestamp = static time => time.UnixTimestampMs == 1_700_000_000_009 ? 25 : 0;
        var lease = Handled(10);
        Stop(10);
        Assert.Equal([expected], _source.Journal);
        Assert.Equal(LeaseState.Closed, lease.State);
        Assert.Null(lease.Commits.NextCommit());
        var restarted = _world.Table.Find(Orders)!;
        Assert.NotSame(lease, restarted);
        Assert.Equal((null, expected[8..]), (restarted.Position, $"{restarted.Assigned.Expected}"));
        Assert.True(_world.Logged(EventIds.PositionReset));
    }

    /// <summary>The client may drop the error that says why it has stopped.</summary>
    [Fact]
    public void LookForSilence_NothingCameSinceTheStart_StartsOnceMoreWhereItWas()
    {
        Create();
        var silent = Open(startsAt: 10);
        var answered = Open(startsAt: 20, partition: 1);
        answered.Receive(_world.Reader.Range(20, 1));
        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        _resets.LookForSilence();
        Assert.Empty(_source.Journal);

        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        _resets.LookForSilence();
        _resets.LookForSilence();

        Assert.Equal(["start 0@10"], _source.Journal);
        Assert.True(_world.Logged(EventIds.Silent));
        silent.Receive(_world.Reader.Range(10, 1));
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        _resets.LookForSilence();
        Assert.Single(_source.Journal);
    }

    [Fact]
    public void AfterPoll_NearestByTimeAndNothingWasHandled_IsTheEarliest()
    {
        Create(options => options.OutOfRange = OutOfRangePolicy.NearestByTime);
        Holds(20, 30);
        Open(startsAt: 10);
        Stop(10);
        Assert.Equal(["start 0@20"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_SecondResetBeforeARecordCame_StillKnowsTheTime()
    {
        Create(options => options.OutOfRange = OutOfRangePolicy.NearestByTime);
        Holds(20, 30);
        _source.Brokers.AtTimestamp = static _ => 25;
        Handled(10);
        Stop(10);
        Holds(40, 50);
        _source.Brokers.AtTimestamp = static _ => 45;
        Stop(25);
        Assert.Equal(["start 0@25", "start 0@45"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_RecordsAreInMemory_AreHandledFirst()
    {
        Create();
        Holds(20, 30);
        var lease = _world.OpenWith(10);
        Stop(10);
        Assert.Empty(_source.Journal);
        Assert.Equal(LeaseState.Open, lease.State);
        _world.Manual.RunAll();
        _resets.AfterPoll();
        Assert.Equal(["start 0@20"], _source.Journal);
        Assert.Equal(10, _world.Invoker.Calls.Count);
    }

    [Fact]
    public void AfterPoll_Fail_HoldsThePartitionAndSaysWhy()
    {
        Create(options => options.OutOfRange = OutOfRangePolicy.Fail);
        var lease = Handled(10);
        Stop(10);
        _resets.AfterPoll();
        Assert.Empty(_source.Journal);
        var snapshot = lease.GetSnapshot();
        Assert.Equal((PartitionState.OutOfRange, 10L, OutOfRange), (snapshot.State, snapshot.HeldAt, snapshot.HeldBecause));
        Assert.Single(_world.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id == EventIds.OutOfRange);
        Assert.Equal(10, lease.Commits.NextCommit()!.Value.NextOffset);
    }

    /// <summary>After a damaged batch the client takes garbage for an offset; the lease knows better.</summary>
    [Theory]
    [InlineData(72_057_594_037_927_936)]
    [InlineData(3)]
    [InlineData(-1001)]
    public void AfterPoll_ClientIsNotWhereTheLeaseIs_IsSentBackAndNothingIsReset(long offset)
    {
        Create(options => options.OutOfRange = OutOfRangePolicy.Fail);
        var lease = _world.OpenWith(10);
        Stop(offset);
        Assert.Equal(["start 0@10"], _source.Journal);
        Assert.Same(lease, _world.Table.Find(Orders));
        Assert.Equal(10, lease.Assigned.PendingSeek);
        Assert.True(_world.Logged(EventIds.SentBack));
    }

    [Fact]
    public void AfterPoll_LogWasTruncated_GoesOnWhereItParts()
    {
        Create();
        Holds(0, 90);
        Handled(10);
        Stop(-1001, Truncated);
        Assert.Equal(["start 0@4"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_LogWasTruncatedAndPolicyIsFail_Holds()
    {
        Create(options => options.OutOfRange = OutOfRangePolicy.Fail);
        var lease = Handled(10);
        Stop(-1001, Truncated);
        Assert.Equal(PartitionState.OutOfRange, lease.GetSnapshot().State);
    }

    [Theory]
    [InlineData(OffsetReset.Earliest, null, "start 0@-2")]
    [InlineData(OffsetReset.Latest, null, "start 0@-1")]
    [InlineData(OffsetReset.None, 7, "start 0@7")]
    public void AfterPoll_OffsetsWereUnknownAtTheAssignment_AreAskedForOnceMore(OffsetReset reset, int? committed, string expected)
    {
        Create(options => options.AutoOffsetReset = reset);
        if (committed is { } offset)
        {
            _source.Brokers.Commits[Orders] = offset;
        }

        _source.Brokers.Topics["orders"] = 1;
        var lease = Open(Offset.Unset);
        Stop(-1001, "no previously committed offset available");
        Assert.Equal([expected], _source.Journal);
        Assert.Equal(expected, $"start 0@{lease.Assigned.StartsAt.Value}");
    }

    [Fact]
    public void AfterPoll_NothingIsCommittedAndResetIsNone_Holds()
    {
        Create(options => options.AutoOffsetReset = OffsetReset.None);
        var lease = Open(Offset.Unset);
        Stop(-1001, "no previously committed offset available");
        Assert.Empty(_source.Journal);
        Assert.Equal((PartitionState.NoOffset, null), (lease.GetSnapshot().State, lease.GetSnapshot().HeldAt));
    }

    [Fact]
    public void AfterPoll_ClientCouldNotFindTheEnd_IsSentThereAgain()
    {
        Create(options => options.AutoOffsetReset = OffsetReset.Latest);
        Open(Offset.End);
        Stop(-1, "failed to query logical offset");
        Assert.Equal(["start 0@-1"], _source.Journal);
        Assert.Empty(_source.Brokers.Asked);
    }

    /// <summary>Its topic was recreated and assigned again, and the client tells of the offset at which it had been.</summary>
    [Fact]
    public void Scenario48_AfterPoll_ClientTellsOfTheOldTopicsOffset_StartsAtTheBeginningWhateverThePolicy()
    {
        Create(static options => options.OutOfRange = OutOfRangePolicy.Latest);
        Holds(0, 7);
        var lease = Open(Offset.Beginning);
        Stop(10);
        Assert.Equal([$"start 0@{Offset.Beginning.Value}"], _source.Journal);
        Assert.Equal(LeaseState.Open, lease.State);
        Assert.False(_world.Logged(EventIds.PositionReset));
    }

    [Fact]
    public void AfterPoll_NoBrokerAnswers_AsksAgainLaterAndNotAtEveryPoll()
    {
        Create();
        Holds(20, 30);
        Handled(10);
        _source.Brokers.Answers = false;
        Stop(10);
        _resets.AfterPoll();
        Assert.Equal(1, _source.Brokers.Asked["range"]);
        Assert.True(_world.Logged(EventIds.ResetDeferred));
        _source.Brokers.Answers = true;
        _world.Clock.Advance(TimeSpan.FromSeconds(3));
        _resets.AfterPoll();
        Assert.Equal(["start 0@20"], _source.Journal);
    }

    [Fact]
    public void AfterPoll_PartitionIsTakenAwayMeanwhile_IsForgotten()
    {
        Create();
        Holds(20, 30);
        var lease = _world.OpenWith(10);
        Stop(10);
        lease.BeginDrain();
        _resets.AfterPoll();
        lease.Close(CloseReason.Revoked);
        _world.Table.Remove([lease]);
        Open(startsAt: 10);
        _resets.AfterPoll();
        Assert.Empty(_source.Journal);
    }

    [Fact]
    public void AfterPoll_SeveralPartitions_AreStartedInOneCall()
    {
        Create();
        Holds(20, 30);
        Holds(40, 50, partition: 1);
        Open(startsAt: 10);
        Open(startsAt: 11, partition: 1);
        _resets.Stopped(new TopicPartitionOffset(Orders, 10), Reason(OutOfRange));
        _resets.Stopped(new TopicPartitionOffset("orders", 1, 11), Reason(OutOfRange));
        _resets.AfterPoll();
        Assert.Equal(["start 0@20,1@40"], _source.Journal);
    }

    [Fact]
    public void Scenario48_MadeAnew_LeaseIsClosedAtOnceAndThePartitionStartsOver()
    {
        Create();
        var lease = _world.OpenWith(10);
        _world.Manual.RunAll();
        _source.Brokers.Answers = false;
        Holds(0, 30);
        _resets.MadeAnew(lease, "b");
        Assert.True(_source.Woken);
        _resets.AfterPoll();
        Assert.Equal(LeaseState.Closed, lease.State);
        Assert.Null(lease.Commits.NextCommit());
        Assert.Empty(_source.Journal);
        _source.Brokers.Answers = true;
        _world.Clock.Advance(TimeSpan.FromSeconds(3));
        _resets.AfterPoll();
        Assert.Equal(["start 0@0"], _source.Journal);
        Assert.Equal((LeaseState.Open, "b"), (_world.Table.Find(Orders)!.State, _world.Table.Find(Orders)!.Assigned.TopicId));
        Assert.True(_world.Logged(EventIds.PositionReset));
    }

    /// <summary>The client is at the old position meanwhile, and the new topic is shorter.</summary>
    [Fact]
    public void Scenario48_MadeAnew_ClientStopsBeforeABrokerHasAnswered_StartsOverAllTheSame()
    {
        Create();
        var lease = _world.OpenWith(10);
        _world.Manual.RunAll();
        _resets.MadeAnew(lease, "b");
        _resets.AfterPoll();
        Stop(10);
        Holds(0, 7);
        _world.Clock.Advance(TimeSpan.FromSeconds(3));
        _resets.AfterPoll();
        Assert.Equal(["start 0@0"], _source.Journal);
    }

    /// <summary>The new topic has fewer partitions, and the group has not taken back those that it does not have.</summary>
    [Fact]
    public void Scenario48_MadeAnew_PartitionThatIsNotThereAnyMore_DoesNotKeepOthersWaiting()
    {
        Create();
        Holds(0, 30);
        var kept = _world.OpenWith(10);
        var missing = _world.Open(partition: 1);
        _resets.MadeAnew(missing, "b");
        _resets.MadeAnew(kept, "b");
        _resets.AfterPoll();
        Assert.Equal(["start 0@0"], _source.Journal);

        _world.Clock.Advance(TimeSpan.FromSeconds(3));
        _resets.AfterPoll();
        Assert.Equal(3, _source.Brokers.Asked["range"]);
        Assert.Single(_world.Logger.Collector.GetSnapshot(), static entry => entry.Id.Id == EventIds.ResetDeferred);
    }

    /// <summary>A broker that is silent is not asked about every partition in turn: the poll thread would be away all the time.</summary>
    [Fact]
    public void AfterPoll_BrokerIsSilent_IsAskedAboutAnotherPartitionAfterAWhile()
    {
        Create();
        Open(startsAt: 10);
        Open(startsAt: 11, partition: 1);
        var asked = new List<int>();
        _source.Brokers.Answering = partition =>
        {
            asked.Add(partition.Partition.Value);
            _world.Clock.Advance(_world.Settings.LookupPatience);
        };
        _resets.Stopped(new TopicPartitionOffset(Orders, 10), Reason(OutOfRange));
        _resets.Stopped(new TopicPartitionOffset("orders", 1, 11), Reason(OutOfRange));
        _resets.AfterPoll();
        _resets.AfterPoll();
        Assert.Equal([0], asked);
        _world.Clock.Advance(TimeSpan.FromSeconds(3));
        _resets.AfterPoll();
        Assert.Equal([0, 1], asked);
    }

    /// <summary>The new topic is shorter than the old position: no policy is meant for that, and the watch may look a while later.</summary>
    [Theory]
    [InlineData(OutOfRangePolicy.Latest, OutOfRange)]
    [InlineData(OutOfRangePolicy.Fail, OutOfRange)]
    [InlineData(OutOfRangePolicy.Earliest, Truncated)]
    public void Scenario48_AfterPoll_PositionIsGoneWithTheTopic_StartsOverAtTheBeginning(OutOfRangePolicy policy, string reason)
    {
        Create(options => options.OutOfRange = policy);
        Holds(0, 7);
        var lease = Handled(10);
        lease.Assigned.TopicId = "a";
        _cluster.Ids["orders"] = "b";
        Stop(10, reason);
        Assert.Equal(["start 0@0"], _source.Journal);
        Assert.Equal((LeaseState.Closed, "b"), (lease.State, _world.Table.Find(Orders)!.Assigned.TopicId));
        Assert.Contains("the topic was deleted and created again", _world.Logger.Collector.GetSnapshot().Single(static entry => entry.Id.Id == EventIds.PositionReset).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", null)]
    [InlineData(null, "b")]
    public void AfterPoll_TopicIsTheSameOrNotKnown_IsResetByPolicyAndKeepsItsId(string? known, string? told)
    {
        Create(static options => options.OutOfRange = OutOfRangePolicy.Latest);
        Holds(0, 7);
        Handled(10).Assigned.TopicId = known;
        if (told is not null)
        {
            _cluster.Ids["orders"] = told;
        }

        Stop(10);
        Assert.Equal(["start 0@7"], _source.Journal);
        Assert.Equal(known, _world.Table.Find(Orders)!.Assigned.TopicId);
    }

    [Fact]
    public void AfterPoll_RecordsAreStillHandled_TopicIsAskedForOnce()
    {
        Create(static options => options.OutOfRange = OutOfRangePolicy.Latest);
        Holds(0, 7);
        var lease = _world.OpenWith(10);
        lease.Assigned.TopicId = "a";
        _cluster.Ids["orders"] = "a";
        Stop(10);
        _resets.AfterPoll();
        _resets.AfterPoll();
        Assert.Equal(1, _cluster.Asked);
    }

    [Fact]
    public void MadeAnew_LeaseOfAnotherWorkerOrOneThatIsGone_IsForgotten()
    {
        Create();
        Holds(0, 30);
        var gone = _world.Open();
        gone.Close(CloseReason.Revoked);
        _world.Table.Remove([gone]);
        var current = _world.Open();
        _resets.MadeAnew(gone, "b");
        _resets.AfterPoll();
        Assert.Empty(_source.Journal);
        Assert.Equal(LeaseState.Open, current.State);
    }

    [Theory]
    [InlineData(10L, null, 100, true)]
    [InlineData(30L, null, 100, false)]
    [InlineData(null, 60, 10, true)]
    [InlineData(null, 60, 0, false)]
    public void ResetProtection_ResetWouldRepeatMoreOrOlder_IsVetoed(long? maxRecords, int? maxAge, long youngEnough, bool vetoed)
    {
        Create(options =>
        {
            options.ResetProtection.MaxRecords = maxRecords;
            options.ResetProtection.MaxAge = maxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        });
        Holds(0, 30);
        _source.Brokers.AtTimestamp = time => time.UtcDateTime == _world.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(60) ? youngEnough : Offset.End;
        Open(startsAt: 100);
        Stop(100);
        Assert.Equal(vetoed ? [] : ["start 0@0"], _source.Journal);
        Assert.Equal(vetoed, _world.Logged(EventIds.ResetVetoed));
        Assert.Equal(vetoed ? PartitionState.ResetVetoed : PartitionState.Running, _world.Table.Find(Orders)!.GetSnapshot().State);
    }

    [Fact]
    public void ResetProtection_NothingComesTwice_IsNotAsked()
    {
        Create(static options =>
        {
            options.ResetProtection.MaxRecords = 0;
            options.ResetProtection.MaxAge = TimeSpan.FromSeconds(1);
        });
        Holds(20, 30);
        Open(startsAt: 10);
        Stop(10);
        Assert.Equal(["start 0@20"], _source.Journal);
        Assert.False(_source.Brokers.Asked.ContainsKey("time"));
    }

    private void Create(Action<KafkaConsumerOptions>? configure = null)
    {
        _world = new World(configure);
        _source = new FakeSource(reader: _world.Reader);
        _committer = new Committer(_source, _world.Scope, _world.Drained, static (_, _) => { });
        var rebalances = new RebalanceCoordinator(_world.Scope, _world.Table, _world.Environment, _committer, _world.NoListeners);
        var flow = new FlowControl(_world.Scope, _source, _world.Table, new PollBatch(_world.Table, _world.Reader, 100), _world.SpaceFreed, static () => false);
        var starts = StartRules.Create(_world.Scope, _source.Offsets, _cluster);
        _resets = new PositionResets(_world.Scope, _source, _world.Table, rebalances, starts, flow.AssignmentChanged);
    }

    private PartitionLease Open(Offset startsAt, int partition = 0)
    {
        var lease = _world.Open(partition);
        lease.Assigned.StartsAt = startsAt;
        lease.Assigned.ExpectAnswer();
        return lease;
    }

    private PartitionLease Handled(int count)
    {
        var lease = _world.OpenWith(count);
        _world.Manual.RunAll();
        return lease;
    }

    private void Holds(long low, long high, int partition = 0) =>
        _source.Brokers.Ranges[new TopicPartition("orders", partition)] = new WatermarkOffsets(low, high);

    private void Stop(long offset, string reason = OutOfRange)
    {
        _resets.Stopped(new TopicPartitionOffset(Orders, offset), Reason(reason));
        _resets.AfterPoll();
    }

    private static Error Reason(string reason) => new(ErrorCode.Local_AutoOffsetReset, reason);
}
