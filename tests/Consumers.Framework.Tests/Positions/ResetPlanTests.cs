using Confluent.Kafka;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Tests.Positions;

public sealed class ResetPlanTests
{
    /// <summary>Position, target (-1 is the end), what the partition holds; then where it goes on, what is skipped and what comes again.</summary>
    [Theory]
    [InlineData(5, 0, 20, 30, 20, 15, 0)]
    [InlineData(5, -1, 20, 30, 30, 25, 0)]
    [InlineData(5, 25, 20, 30, 25, 20, 0)]
    [InlineData(100, 0, 0, 30, 0, 0, 30)]
    [InlineData(100, -1, 0, 30, 30, 0, 0)]
    [InlineData(100, 12, 0, 30, 12, 0, 18)]
    [InlineData(100, 0, 0, 0, 0, 0, 0)]
    [InlineData(20, 0, 0, 30, 0, 0, 20)]
    [InlineData(20, 99, 0, 30, 30, 10, 0)]
    public void Of_PositionTargetAndRange_CountsWhatItCosts(long from, long target, long low, long high, long to, long skipped, long replayed) => Assert.Equal(
        new ResetPlan(from, to, skipped, replayed),
        ResetPlan.Of(from, target < 0 ? Offset.End : target, new WatermarkOffsets(low, high)));

    [Fact]
    public void Of_Beginning_IsTheFirstOffsetThatIsThere() =>
        Assert.Equal(7, ResetPlan.Of(3, Offset.Beginning, new WatermarkOffsets(7, 9)).To);

    [Fact]
    public void ToTruncation_RecordsThereAreOthers_NothingIsSkippedOrSeenAgain() =>
        Assert.Equal(new ResetPlan(100, 50, 0, 0), ResetPlan.ToTruncation(100, 50));

    [Theory]
    [InlineData("Partition log truncation detected at offset 15 (leader epoch 0): broker end offset is 10 (offset leader epoch 0). Reset to INVALID.: Local: Partition log truncation detected (broker 1)", 10)]
    [InlineData("Partition log truncation detected at offset 15 (leader epoch 0): broker end offset is -1 (offset leader epoch -1).", null)]
    [InlineData("fetch failed due to requested offset not available on the broker: Broker: Offset out of range (broker 1)", null)]
    [InlineData("no previously committed offset available: Local: No offset stored", null)]
    public void In_ReasonOfTheClient_IsWhereTheLogsPart(string reason, int? expected) => Assert.Equal(expected, (int?)TruncationPoint.In(reason));
}
