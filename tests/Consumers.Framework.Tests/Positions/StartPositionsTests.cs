using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Positions;

public sealed class StartPositionsTests
{
    private readonly FakeOffsetLookup _brokers = new() { Topics = { ["orders"] = 2 } };
    private readonly KnownTopics _topics = new();
    private readonly FakeTopicIds _cluster = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeLogger _logger = new();

    [Theory]
    [InlineData(OffsetReset.Earliest, 5, 5)]
    [InlineData(OffsetReset.Latest, 5, 5)]
    [InlineData(OffsetReset.None, 5, 5)]
    [InlineData(OffsetReset.Earliest, null, -2)]
    [InlineData(OffsetReset.Latest, null, -1)]
    [InlineData(OffsetReset.None, null, -1001)]
    public void Of_Partition_StartsAtItsCommitElseByPolicy(OffsetReset reset, int? committed, long expected)
    {
        if (committed is { } offset)
        {
            _brokers.Commits[Orders(0)] = offset;
        }

        Assert.Equal([new PartitionStart(Orders(0), expected, IsCommitted: committed is not null)], Create(reset).Of([Orders(0)]));
        Assert.Equal(committed is null && reset != OffsetReset.None, Logged(EventIds.StartsWithoutCommit));
    }

    [Fact]
    public void Of_RequestedOffset_WinsOverTheCommittedOne()
    {
        _brokers.Commits[Orders(0)] = 5;
        _brokers.Commits[Orders(1)] = 6;
        var starts = Create().Of([Orders(0), Orders(1)], new Dictionary<TopicPartition, Offset> { [Orders(0)] = 2 });
        Assert.Equal([(0, 2), (1, 6)], starts.Select(static start => (start.TopicPartition.Partition.Value, start.Offset.Value)));
    }

    [Fact]
    public void Of_AllRequested_AsksNobody()
    {
        Create().Of([Orders(0)], new Dictionary<TopicPartition, Offset> { [Orders(0)] = 2 });
        Assert.Empty(_brokers.Asked);
    }

    [Fact]
    public void Scenario33_Of_NoAnswer_LeavesItToTheClient()
    {
        _brokers.Answers = false;
        Assert.Equal([new PartitionStart(Orders(0), Offset.Unset)], Create().Of([Orders(0)]));
        Assert.True(Logged(EventIds.CommittedUnknown));
    }

    [Theory]
    [InlineData(OffsetReset.Earliest)]
    [InlineData(OffsetReset.None)]
    public void Of_NotLatest_AsksForNoTopics(OffsetReset reset)
    {
        Create(reset).Of([Orders(0)]);
        Assert.False(_brokers.Asked.ContainsKey("counts"));
    }

    [Fact]
    public void Scenario49_Of_PartitionIsAddedUnderLatest_StartsAtItsBeginning()
    {
        var starts = Create(OffsetReset.Latest);
        Assert.Equal(Offset.End, Start(starts, 1));
        _brokers.Topics["orders"] = 3;
        Assert.Equal(Offset.Beginning, Start(starts, 2));
        Assert.Equal(Offset.End, Start(starts, 1));
        Assert.Equal(1, _brokers.Asked["counts"]);
    }

    [Fact]
    public void Scenario49_Of_MemberStoodByWhenThePartitionWasAdded_StartsItAtItsBeginning()
    {
        var starts = Create(OffsetReset.Latest);
        starts.LookAtTopics();
        _brokers.Topics["orders"] = 3;
        Assert.Equal(Offset.Beginning, Start(starts, 2));
    }

    [Fact]
    public void Scenario47_Of_TopicCameLater_AllItsPartitionsStartAtTheirBeginning()
    {
        _brokers.Topics.Clear();
        var starts = Create(OffsetReset.Latest);
        starts.LookAtTopics();
        _brokers.Topics["orders"] = 1;
        Assert.Equal(Offset.Beginning, Start(starts, 0));
    }

    [Fact]
    public void Scenario47_Of_TopicThatAPatternMatchesCameLater_StartsAtItsBeginning()
    {
        _brokers.Topics["payments"] = 1;
        var starts = Create(OffsetReset.Latest, configure: static options =>
        {
            options.Topics = [];
            options.TopicPattern = "ord.*";
        });
        Assert.Equal(Offset.End, Start(starts, 1));
        Assert.Equal(Offset.Beginning, starts.Of([new TopicPartition("orders-2", 0)])[0].Offset);
        Assert.Equal(1, _brokers.Asked["counts"]);
    }

    [Fact]
    public void Of_TopicIsGoneAndComesBack_StartsAtItsBeginning()
    {
        var starts = Create(OffsetReset.Latest);
        Assert.Equal(Offset.End, Start(starts, 0));
        _topics.Gone("orders");
        Assert.Equal(Offset.Beginning, Start(starts, 0));
    }

    /// <summary>The broker deletes the commits of a topic with the topic, and nothing else takes them from a group that has members.</summary>
    [Fact]
    public void Scenario48_Of_CommitIsGone_StartsAtItsBeginning()
    {
        var starts = Create(OffsetReset.Latest);
        _brokers.Commits[Orders(0)] = 5;
        Assert.Equal(5, Start(starts, 0).Value);
        _brokers.Commits.Clear();
        Assert.Equal(Offset.Beginning, Start(starts, 0));
        Assert.Equal(Offset.End, Start(starts, 1));
        _topics.Committed(Orders(1), "a");
        Assert.Equal(Offset.Beginning, Start(starts, 1));
    }

    /// <summary>What is asked for later may be of a younger topic; the lease that has the older id starts over then.</summary>
    [Fact]
    public void Scenario48_Of_TopicIsMadeAnewMeanwhile_LeaseHasTheIdOfBefore()
    {
        _cluster.Ids["orders"] = "a";
        _brokers.AnsweringCommitted = () => _cluster.Ids["orders"] = "b";
        Assert.Equal("a", Create().Of([Orders(0)])[0].TopicId);
    }

    [Fact]
    public void Of_ClusterDoesNotTell_LeaseHasTheIdThatWasSeenLast()
    {
        var starts = Create();
        _topics.SeenId("orders", "a", 1);
        Assert.Equal("a", starts.Of([Orders(0)])[0].TopicId);
        Assert.Equal("a", starts.Of([Orders(0)], new Dictionary<TopicPartition, Offset> { [Orders(0)] = 2 })[0].TopicId);
        Assert.Null(starts.Of([new TopicPartition("payments", 0)])[0].TopicId);
    }

    /// <summary>A commit of the old topic that was on the way, or that the broker has not deleted yet.</summary>
    [Theory]
    [InlineData(OffsetReset.Earliest)]
    [InlineData(OffsetReset.Latest)]
    [InlineData(OffsetReset.None)]
    public void Scenario48_Of_TopicWasMadeAnewJustNow_CommitMayBeOfTheOldOneAndDoesNotCount(OffsetReset reset)
    {
        var starts = Create(reset);
        _cluster.Ids["orders"] = "a";
        _brokers.Commits[Orders(0)] = 5;
        Assert.Equal(new PartitionStart(Orders(0), 5, IsCommitted: true, "a"), starts.Of([Orders(0)])[0]);
        Assert.False(Logged(EventIds.CommitOfDeletedTopic));

        _cluster.Ids["orders"] = "b";
        Assert.Equal([new PartitionStart(Orders(0), Offset.Beginning, IsCommitted: false, "b")], starts.Of([Orders(0)]));
        Assert.True(Logged(EventIds.CommitOfDeletedTopic));

        // Nor does it the next time, while it may still be that one.
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Offset.Beginning, Start(starts, 0));
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(5, Start(starts, 0).Value);
    }

    [Fact]
    public void Scenario48_Of_CommittedUnderTheNewTopicsId_CommitCounts()
    {
        using var world = new World();
        var starts = Create();
        _topics.SeenId("orders", "a", 1);
        _cluster.Ids["orders"] = "b";
        _brokers.Commits[Orders(0)] = 5;
        var lease = world.OpenWith(5);
        lease.Assigned.TopicId = "b";
        world.Manual.RunAll();
        starts.Left([lease]);
        Assert.Equal(Offset.Beginning, Start(starts, 0));

        World.Commit(lease);
        starts.Left([lease]);
        Assert.Equal(5, Start(starts, 0).Value);
    }

    /// <summary>Others have consumed it since, and committed what they have done.</summary>
    [Fact]
    public void Of_FirstLookAtATopic_CommitCounts()
    {
        _cluster.Ids["orders"] = "b";
        _brokers.Commits[Orders(0)] = 5;
        Assert.Equal(5, Start(Create(), 0).Value);
        _topics.ForgetIds();
        _cluster.Ids["orders"] = "c";
        Assert.Equal(5, Start(Create(), 0).Value);
    }

    [Fact]
    public void Scenario48_Of_TopicHasAnotherId_StartsAtItsBeginningUnderLatest()
    {
        var starts = Create(OffsetReset.Latest);
        _cluster.Ids["orders"] = "a";
        Assert.Equal(Offset.End, Start(starts, 0));
        _cluster.Ids["orders"] = "b";
        Assert.Equal(Offset.Beginning, Start(starts, 0));
    }

    [Fact]
    public void Of_NobodySaysHowManyPartitionsThereAre_DoesAsLatestSaysAndAsksAgain()
    {
        _brokers.Answers = false;
        var starts = Create(OffsetReset.Latest);
        starts.LookAtTopics();
        _brokers.Answers = true;
        Assert.Equal(Offset.End, Start(starts, 1));
        Assert.Equal(2, _brokers.Asked["counts"]);
    }

    [Theory]
    [InlineData(OffsetReset.Earliest, -2)]
    [InlineData(OffsetReset.Latest, -1)]
    [InlineData(OffsetReset.None, -1001)]
    public void WithoutCommit_Partitions_AsksNobody(OffsetReset reset, long expected)
    {
        Assert.Equal([new TopicPartitionOffset(Orders(0), expected)], Create(reset, group: null).WithoutCommit([Orders(0)]));
        Assert.Empty(_brokers.Asked);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Seen_TwoWorkersAtOnce_TheOlderCountStands(int first, int second)
    {
        _topics.Seen(new Dictionary<string, int> { ["orders"] = first }, all: false);
        _topics.Seen(new Dictionary<string, int> { ["orders"] = second }, all: false);
        Assert.True(_topics.WasBornLater(Orders(1)));
        Assert.False(_topics.WasBornLater(Orders(0)));
    }

    [Fact]
    public void WasBornLater_AllTopicsWereSeen_IsEveryOtherOne()
    {
        Assert.False(_topics.WasBornLater(Orders(0)));
        _topics.Seen(new Dictionary<string, int> { ["payments"] = 1 }, all: true);
        Assert.True(_topics.WasBornLater(Orders(0)));
        Assert.False(_topics.WasBornLater(new TopicPartition("payments", 0)));
    }

    private StartPositions Create(OffsetReset reset = OffsetReset.Earliest, string? group = "billing", Action<KafkaConsumerOptions>? configure = null)
    {
        var settings = Settings.Create(options =>
        {
            options.AutoOffsetReset = reset;
            options.GroupId = group;
            configure?.Invoke(options);
        });
        return StartRules.Create(StartRules.Scope(settings, _clock, _logger), _brokers, _cluster, _topics);
    }

    private static Offset Start(StartPositions starts, int partition) => starts.Of([Orders(partition)])[0].Offset;

    private bool Logged(int id) => _logger.Collector.GetSnapshot().Any(entry => entry.Id.Id == id);

    private static TopicPartition Orders(int partition) => new("orders", partition);
}
