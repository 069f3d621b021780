using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class GapsBoundedTests
{
    [Fact]
    public void Check_NoRebalance_MayWaitTwoSeconds()
    {
        Assert.Empty(Check(Waiting(2_000)));
        Assert.Single(Check(Waiting(2_200)));
    }

    [Fact]
    public void Check_DrainOfAnother_AddsItsTimeAndTheClients()
    {
        // 2 s, the drain of 2 s, and 0.2 s.
        Assert.Empty(Check(Waiting(4_100).Rebalanced("m02", RebalanceKind.Revoked, 2_300, 2_000, 1)));
        Assert.Single(Check(Waiting(4_300).Rebalanced("m02", RebalanceKind.Revoked, 2_300, 2_000, 1)));
    }

    [Fact]
    public void Check_HandlersWaitForCommits_MayWaitForTheJoinsToo()
    {
        Assert.Empty(Check(Waiting(5_000, CommitStrategy.Sync).Rebalanced("m02", RebalanceKind.Revoked, 2_300, 2_000, 1)));
        Assert.Single(Check(Waiting(5_300, CommitStrategy.Sync).Rebalanced("m02", RebalanceKind.Revoked, 2_300, 2_000, 1)));
    }

    [Fact]
    public void Check_PartitionThatMoved_IsNotItsMatter() => Assert.Empty(Check(
        Owned().Produced(0, 2).Handled("m01", 0, 0, 10, 100).Rebalanced("m01", RebalanceKind.Revoked, 200, 10, 0)
            .Rebalanced("m02", RebalanceKind.Assigned, 5_000, 1, 0).Handled("m02", 0, 1, 9_000, 9_010)));

    [Fact]
    public void Check_FaultBesideIt_IsNotItsMatter() => Assert.Empty(Check(Waiting(9_000).Event("kill", "m02", 200).Event("settled", "-", 9_500, "1")));

    [Fact]
    public void Check_HiccupOfTheMember_IsNotItsMatter() => Assert.Empty(Check(Waiting(3_500).Event("hiccup", "m01", 300)));

    private static HistoryBuilder Owned(CommitStrategy strategy = CommitStrategy.Async) => HistoryBuilder.Of(strategy).Rebalanced("m01", RebalanceKind.Assigned, 5, 1, 0);

    private static HistoryBuilder Waiting(int milliseconds, CommitStrategy strategy = CommitStrategy.Async) => Owned(strategy).Produced(0, 2).Handled("m01", 0, 0, 10, 100).Handled("m01", 0, 1, 100 + milliseconds, 200 + milliseconds);

    private static IEnumerable<string> Check(HistoryBuilder history) => new GapsBounded().Check(history.Build());
}
