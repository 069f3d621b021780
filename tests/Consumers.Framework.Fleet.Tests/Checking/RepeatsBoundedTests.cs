using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class RepeatsBoundedTests
{
    [Fact]
    public void Check_NothingTwice_IsGreen() => Assert.Empty(Check(Async().Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 1, 30, 40)));

    [Fact]
    public void Check_DoneTwiceWithoutAFault_NamesBoth() => Assert.Contains("m02 [0] offset 0", Assert.Single(Check(
        Async().Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 0, 30, 40))), StringComparison.Ordinal);

    [Fact]
    public void Check_TakenOverWhileItRanAndDoneByBoth_IsRed() => Assert.Single(Check(
        Async().Handled("m01", 0, 0, 10, 50).Handled("m02", 0, 0, 30, 40)));

    [Fact]
    public void Check_FailedAndDoneByTheNextOwner_IsNoRepeat() => Assert.Empty(Check(
        Async().Handled("m01", 0, 0, 10, 20, done: false).Handled("m02", 0, 0, 30, 40)));

    [Fact]
    public void Check_InHandAtTheKill_IsNoRepeat() => Assert.Empty(Repeat.Find(
        Async().Event("kill", "m01", 20).Handled("m01", 0, 0, 10, null).Handled("m02", 0, 0, 30, 40).Build()));

    [Theory, InlineData(CommitStrategy.PerRecord, 1), InlineData(CommitStrategy.Manual, 1), InlineData(CommitStrategy.AtMostOnce, 0), InlineData(CommitStrategy.Sync, 50)]
    public void Check_Kill_RepeatsAsManyAsTheStrategyAllows(CommitStrategy strategy, int bound)
    {
        Assert.Empty(Check(Killed(strategy, bound)));
        Assert.Contains($"{bound} are allowed", Assert.Single(Check(Killed(strategy, bound + 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_KillUnderAsync_RepeatsWhatIsYoungerThanAnInterval()
    {
        // 200 ms, and a second for a busy machine.
        Assert.Empty(Check(Async().Event("kill", "m01", 10_000).Handled("m01", 0, 0, 8_700, 8_900).Handled("m02", 0, 0, 11_000, 11_100)));
        Assert.Single(Check(Async().Event("kill", "m01", 10_000).Handled("m01", 0, 0, 8_000, 8_700).Handled("m02", 0, 0, 11_000, 11_100)));
    }

    [Theory, InlineData(RecordOrdering.Key, 0), InlineData(RecordOrdering.Partition, 1)]
    public void Check_KillUnderManual_RepeatsWhatAnEarlierKeyHeldBack(RecordOrdering ordering, int violations) => Assert.Equal(violations, Check(
        HistoryBuilder.Of(CommitStrategy.Manual, ordering).Event("kill", "m01", 10_000).Handled("m01", 0, 0, 9_700, null, key: "a")
            .Handled("m01", 0, 1, 9_700, 9_800, key: "b").Handled("m01", 0, 2, 9_800, 9_900, key: "b").Handled("m02", 0, 0, 12_000, 12_010, key: "a")
            .Handled("m02", 0, 1, 12_010, 12_020, key: "b").Handled("m02", 0, 2, 12_020, 12_030, key: "b")).Count());

    [Fact]
    public void Check_RepeatBeforeTheFault_IsNotExplainedByIt() => Assert.Single(Check(
        Async().Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 0, 30, 40).Event("kill", "m01", 50)));

    [Fact]
    public void Check_ThawedMemberGoesOnUntilItLearns_IsExplainedForAWhile()
    {
        HistoryBuilder Thawed(int start) => Async().Event("freeze", "m01", 1_000).Handled("m02", 0, 0, 7_000, 7_010).Event("thaw", "m01", 9_000).Handled("m01", 0, 0, start, start + 10);

        Assert.Empty(Check(Thawed(9_500)));
        Assert.Single(Check(Thawed(13_000)));
    }

    [Fact]
    public void Check_DoneBesideARecordThatWasGivenUp_IsExplainedWithKeysOnly()
    {
        HistoryBuilder HeldBack(RecordOrdering ordering) => HistoryBuilder.Of(CommitStrategy.Async, ordering)
            .Handled("m01", 0, 0, 10, 20, done: false, key: "a").Handled("m01", 0, 1, 10, 20, key: "b").Handled("m02", 0, 0, 30, 40, key: "a").Handled("m02", 0, 1, 30, 40, key: "b");

        Assert.Empty(Check(HeldBack(RecordOrdering.Key)));
        Assert.Single(Check(HeldBack(RecordOrdering.Partition)));
    }

    [Fact]
    public void Check_DoneBesideARecordThatFailedAndSucceeded_IsNotExplained() => Assert.Single(Check(HistoryBuilder.Of(CommitStrategy.Async, RecordOrdering.Key)
        .Handled("m01", 0, 0, 10, 20, done: false, key: "a").Handled("m01", 0, 0, 22, 25, attempt: 2, key: "a")
        .Handled("m01", 0, 1, 10, 20, key: "b").Handled("m02", 0, 1, 30, 40, key: "b")));

    [Theory, InlineData(RecordOrdering.Key, 0), InlineData(RecordOrdering.Partition, 1)]
    public void Check_PartitionComesBackToWhoGaveTheRecordUp_IsExplainedWithKeysOnly(RecordOrdering ordering, int violations) => Assert.Equal(violations, Check(
        HistoryBuilder.Of(CommitStrategy.Async, ordering)
            .Rebalanced("m01", RebalanceKind.Assigned, 5, 1, 0).Handled("m01", 0, 0, 10, 20, done: false, key: "a").Handled("m01", 0, 1, 10, 20, key: "b")
            .Rebalanced("m01", RebalanceKind.Revoked, 25, 1, 0).Rebalanced("m01", RebalanceKind.Assigned, 30, 1, 0)
            .Handled("m01", 0, 0, 32, 35, key: "a").Handled("m01", 0, 1, 40, 45, key: "b")).Count());

    [Fact]
    public void Check_LostWithoutAFault_IsRed()
    {
        HistoryBuilder Lost() => Async().Rebalanced("m01", RebalanceKind.Assigned, 10, 1, 0).Rebalanced("m01", RebalanceKind.Lost, 9_000, 1, 0);

        Assert.Contains("nothing had happened", Assert.Single(Check(Lost())), StringComparison.Ordinal);
        Assert.Empty(Check(Lost().Event("freeze", "m01", 100)));
    }

    private static HistoryBuilder Async() => HistoryBuilder.Of(CommitStrategy.Async);

    private static HistoryBuilder Killed(CommitStrategy strategy, int repeated)
    {
        var history = HistoryBuilder.Of(strategy).Event("kill", "m01", 10_000);
        for (var offset = 0; offset < repeated; offset++)
        {
            history.Handled("m01", 0, offset, 9_000 + (offset * 10), 9_005 + (offset * 10)).Handled("m02", 0, offset, 12_000 + (offset * 10), 12_005 + (offset * 10));
        }

        return history;
    }

    private static IEnumerable<string> Check(HistoryBuilder history) => new RepeatsBounded().Check(history.Build());
}
