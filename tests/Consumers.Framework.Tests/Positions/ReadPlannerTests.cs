using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Positions;

/// <summary>What the brokers are asked before anything is read, and what becomes of their answers.</summary>
public sealed class ReadPlannerTests
{
    private const string EightOClock = "2026-01-31T08:00:00Z";
    private const string NineOClock = "2026-01-31T09:00:00Z";

    private readonly FakeOffsetLookup _brokers = new()
    {
        Topics = { ["orders"] = 4 },
        Ranges = { [Orders(0)] = new WatermarkOffsets(20, 90), [Orders(1)] = new WatermarkOffsets(0, 0) },
        AtTimestamp = static time => time.UtcDateTime.Hour == 8 ? 40 : Offset.End,
    };

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly WorkerStatus _status = new(new FakeTimeProvider());
    private ExplicitPartitions _partitions = null!;

    /// <summary>Partition 0 holds 20 to 89, at eight stands 40, and at nine nothing is written any more.</summary>
    [Theory]
    [InlineData(null, null, null, -2, long.MaxValue)]
    [InlineData(null, null, 30L, 30, long.MaxValue)]
    [InlineData("Committed", null, 30L, 30, long.MaxValue)]
    [InlineData("Committed", null, null, -2, long.MaxValue)]
    [InlineData("Earliest", null, 30L, -2, long.MaxValue)]
    [InlineData("Latest", null, 30L, -1, long.MaxValue)]
    [InlineData("25", null, 30L, 25, long.MaxValue)]
    [InlineData(EightOClock, null, null, 40, long.MaxValue)]
    [InlineData(NineOClock, null, null, -1, long.MaxValue)]
    [InlineData("Committed", "End", 30L, 30, 90)]
    [InlineData("Committed", "End", null, -2, 90)]
    [InlineData("Committed", "50", 30L, 30, 50)]
    [InlineData("Committed", EightOClock, 30L, 30, 40)]
    [InlineData("Earliest", "End", null, -2, 90)]
    [InlineData("Earliest", "50", null, -2, 50)]
    [InlineData("Earliest", "500", null, -2, 500)]
    [InlineData("Earliest", EightOClock, null, -2, 40)]
    [InlineData("Earliest", NineOClock, null, -2, 90)]
    [InlineData("Latest", "500", null, 90, 500)]
    [InlineData("25", "End", null, 25, 90)]
    [InlineData("25", "50", null, 25, 50)]
    [InlineData("25", EightOClock, null, 25, 40)]
    [InlineData(EightOClock, "End", null, 40, 90)]
    [InlineData(EightOClock, "50", null, 40, 50)]
    [InlineData(EightOClock, NineOClock, null, 40, 90)]
    public void TryPlan_FromAndUntil_BeginsAndEndsThere(string? from, string? until, long? committed, long start, long end)
    {
        if (committed is { } offset)
        {
            _brokers.Commits[Orders(0)] = offset;
        }

        var starts = Create(from, until).TryPlan();

        Assert.Equal([new TopicPartitionOffset(Orders(0), start)], starts);
        Assert.Equal(new ReadRange(start, end), _partitions.RangeOf(Orders(0)));
        Assert.True(Logged(EventIds.ReadPlanned));
        Assert.False(Logged(EventIds.NothingToRead));
    }

    [Theory]
    [InlineData("Committed", "50", 50L)]
    [InlineData("Committed", "50", 80L)]
    [InlineData("Committed", "End", 90L)]
    [InlineData("Committed", EightOClock, 40L)]
    [InlineData("Earliest", "20", null)]
    [InlineData("Earliest", "5", null)]
    [InlineData("Latest", "90", null)]
    [InlineData("90", "End", null)]
    [InlineData("40", EightOClock, null)]
    [InlineData(NineOClock, "End", null)]
    [InlineData(EightOClock, "40", null)]
    public void TryPlan_EndIsNotAfterTheBeginning_IsDoneAtOnceAndSaysSo(string from, string until, long? committed)
    {
        if (committed is { } offset)
        {
            _brokers.Commits[Orders(0)] = offset;
        }

        Assert.Empty(Create(from, until).TryPlan()!);
        Assert.True(_partitions.RangeOf(Orders(0))!.Value.IsEmpty);
        Assert.True(Logged(EventIds.NothingToRead));
    }

    [Fact]
    public void TryPlan_OnePartitionIsEmpty_TheOtherIsRead() =>
        Assert.Equal([new TopicPartitionOffset(Orders(0), Offset.Beginning)], Create("Earliest", "End", partitions: [0, 1]).TryPlan());

    [Fact]
    public void TryPlan_WithoutAGroup_AsksForNoCommitAndNoMembers()
    {
        Assert.Equal([new TopicPartitionOffset(Orders(0), Offset.End)], Create(null, null, configure: static options =>
        {
            options.GroupId = null;
            options.AutoOffsetReset = OffsetReset.Latest;
        }).TryPlan());
        Assert.Equal(["counts"], _brokers.Asked.Keys);
    }

    [Fact]
    public void TryPlan_UnknownTopicAndPartition_AreRefusedTogetherWithPathValueAndFix()
    {
        var planner = Create(null, null, configure: static options => options.Partitions["ordres"] = [0, 1], partitions: [0, 4, 7], others: [new TopicPartition("ordres", 0)]);

        Assert.Equal(
            "Kafka:Consumers:orders:Partitions:orders = [0, 4, 7]: the topic has no partition 4, 7: it has 4, numbered from 0; list numbers from 0 to 3 " +
            "Kafka:Consumers:orders:Partitions:ordres = [0, 1]: there is no such topic; create it, or correct its name",
            Assert.Throws<ReadRefusedException>(() => planner.TryPlan()).Message);
    }

    [Theory]
    [InlineData(1, "a member")]
    [InlineData(3, "3 members")]
    public void TryPlan_GroupHasMembers_IsRefusedBeforeAnythingIsRead(int members, string who)
    {
        _brokers.Members = members;

        Assert.Equal(
            $"Kafka:Consumers:orders:GroupId = billing: the group has {who}, and what a reader of explicit partitions commits would move the offsets of others: " +
            "nothing is read; give this consumer a GroupId of its own, or remove GroupId so that it commits nothing",
            Assert.Throws<ReadRefusedException>(() => Create("Earliest", "End").TryPlan()).Message);
        Assert.DoesNotContain("range", _brokers.Asked.Keys);
    }

    [Fact]
    public void TryPlan_BrokerDoesNotTellMembers_GoesOn()
    {
        _brokers.Members = null;

        Assert.Single(Create("Earliest", "End").TryPlan()!);
    }

    /// <summary>The poll goes on meanwhile; the brokers are asked again after a second, and the warning comes once.</summary>
    [Fact]
    public void TryPlan_NoAnswer_IsAskedAgainAfterASecondAndSaysWhyOnce()
    {
        _brokers.Answers = false;
        var planner = Create("Earliest", "End");
        Assert.Null(planner.TryPlan());
        Assert.Null(planner.TryPlan());
        Assert.Equal(1, _brokers.Asked["counts"]);
        Assert.Equal("no broker has said how many partitions the topics have", _status.ClientError);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(planner.TryPlan());
        Assert.Equal(2, _brokers.Asked["counts"]);
        _brokers.Answers = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(planner.TryPlan()!);
        Assert.Single(_logger.Collector.GetSnapshot(), static record => record.Id.Id == EventIds.ReadDeferred);
    }

    [Fact]
    public void TryPlan_EndIsNotTold_WaitsAndDoesNotAskAgainWhatIsKnown()
    {
        var range = _brokers.Ranges[Orders(1)];
        _brokers.Ranges.Remove(Orders(1));
        var planner = Create("5", "End", partitions: [0, 1]);
        Assert.Null(planner.TryPlan());
        Assert.Equal("no broker has said where the partitions end", _status.ClientError);

        _brokers.Ranges[Orders(1)] = range;
        _brokers.Ranges[Orders(0)] = new WatermarkOffsets(20, 95);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(planner.TryPlan()!);
        Assert.Equal(90, _partitions.RangeOf(Orders(0))!.Value.End);
        Assert.Equal(1, _brokers.Asked["counts"]);
        Assert.Equal(1, _brokers.Asked["members"]);
    }

    /// <summary>A client that takes the place of one that failed: the group is looked at again, the ends stay.</summary>
    [Fact]
    public void TryPlan_NextClient_GoesOnWhereTheLastWasAndChecksTheGroupAgain()
    {
        Create("Earliest", "End", partitions: [0, 1]).TryPlan();
        _partitions.Plan(Orders(0), _partitions.RangeOf(Orders(0))!.Value with { Start = 70 });
        _brokers.Ranges[Orders(0)] = new WatermarkOffsets(20, 200);

        Assert.Equal([new TopicPartitionOffset(Orders(0), 70)], Planner(_partitions, "Earliest", "End").TryPlan());
        Assert.Equal(90, _partitions.RangeOf(Orders(0))!.Value.End);
        _brokers.Members = 1;
        Assert.Throws<ReadRefusedException>(() => Planner(_partitions, "Earliest", "End").TryPlan());
    }

    private static TopicPartition Orders(int partition) => new("orders", partition);

    private ReadPlanner Create(
        string? from, string? until, Action<KafkaConsumerOptions>? configure = null, int[]? partitions = null, TopicPartition[]? others = null)
    {
        var numbers = partitions ?? [0];
        _partitions = new ExplicitPartitions([.. numbers.Select(Orders), .. others ?? []], until is not null);
        return Planner(_partitions, from, until, options =>
        {
            options.Partitions["orders"] = numbers;
            configure?.Invoke(options);
        });
    }

    private ReadPlanner Planner(ExplicitPartitions partitions, string? from, string? until, Action<KafkaConsumerOptions>? configure = null)
    {
        var settings = Settings.Create(options =>
        {
            options.Topics.Clear();
            options.From = from;
            options.Until = until;
            configure?.Invoke(options);
        });
        var scope = StartRules.Scope(settings, _time, _logger, _status);
        return new ReadPlanner(scope, partitions, _brokers, StartRules.Create(scope, _brokers));
    }

    private bool Logged(int id) => _logger.Collector.GetSnapshot().Any(record => record.Id.Id == id);
}
