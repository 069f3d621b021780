using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class CommitsMoveForwardTests
{
    private static readonly int[] Fenced = [22, 25];

    [Fact]
    public void Check_OwnersCommitForward_IsGreen() => Assert.Empty(new CommitsMoveForward().Check(Owned().Committed("m01", 0, 1, 100).Committed("m01", 0, 2, 200)
        .Rebalanced("m01", RebalanceKind.Revoked, 300, 10, 0).Rebalanced("m02", RebalanceKind.Assigned, 310, 1, 0).Committed("m02", 0, 2, 400, epoch: -1).Committed("m02", 0, 3, 500).Build()));

    [Fact]
    public void Check_CommitBack_IsRed() => Assert.Contains("back from 5 to 3", Assert.Single(new CommitsMoveForward().Check(
        Owned().Committed("m01", 0, 5, 100).Committed("m01", 0, 3, 200).Build())), StringComparison.Ordinal);

    [Theory, InlineData(-1), InlineData(0)]
    public void Check_LeaderEpochIsMissingOrFalls_IsRed(int epoch) => Assert.Contains("leader epoch", Assert.Single(new CommitsMoveForward().Check(
        Owned().Committed("m01", 0, 1, 100, epoch: 1).Committed("m01", 0, 2, 200, epoch).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_CommitOfAPartitionThatIsNobodysOwn_IsRed() => Assert.Contains("never owned it", Assert.Single(new CommitsMoveForward().Check(
        Owned().Committed("m02", 0, 1, 100).Build())), StringComparison.Ordinal);

    [Theory, InlineData(50, 0), InlineData(150, 1)]
    public void Check_AssignmentNamesNotAllPartitions_OwnerIsUnknownFromThen(int assignedAt, int violations) => Assert.Equal(violations, new CommitsMoveForward().Check(
        Owned().Rebalanced("m02", RebalanceKind.Assigned, assignedAt, 1, count: 2, [7]).Committed("m02", 0, 1, 100).Build()).Count());

    [Fact]
    public void Check_CommitInsideTheRevocation_IsGreen() => Assert.Empty(new CommitsMoveForward().Check(
        Owned().Rebalanced("m01", RebalanceKind.Revoked, 5_000, 2_000, 0).Committed("m01", 0, 1, 4_999).Build()));

    [Fact]
    public void Check_CommitAfterTheRevocation_IsRed() => Assert.Contains("gave it up", Assert.Single(new CommitsMoveForward().Check(
        Owned().Rebalanced("m01", RebalanceKind.Revoked, 5_000, 2_000, 0).Committed("m01", 0, 1, 5_300).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_CommitInsideTheLoss_IsRed() => Assert.Contains("lost it", Assert.Single(new CommitsMoveForward().Check(
        Owned().Rebalanced("m01", RebalanceKind.Lost, 5_000, 2_000, 0).Handled("m01", 0, 0, 2_000, 4_000).Requested("m01", 0, 1, 4_001, error: 25).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_RefusedCommitThatWaitedInTheClient_IsGreenOnce()
    {
        foreach (var code in Fenced)
        {
            Assert.Empty(new CommitsMoveForward().Check(
                Owned().Handled("m01", 0, 0, 2_000, 2_900).Rebalanced("m01", RebalanceKind.Lost, 3_010, 10, 0).Requested("m01", 0, 1, 3_700, code).Build()));
            Assert.Single(new CommitsMoveForward().Check(
                Owned().Handled("m01", 0, 0, 2_000, 2_900).Rebalanced("m01", RebalanceKind.Lost, 3_010, 10, 0)
                    .Requested("m01", 0, 1, 3_700, code).Requested("m01", 0, 1, 3_800, code).Build()));
        }
    }

    [Fact]
    public void Check_AcceptedCommitAfterTheLoss_IsRed() => Assert.Single(new CommitsMoveForward().Check(
        Owned().Handled("m01", 0, 0, 2_000, 2_900).Rebalanced("m01", RebalanceKind.Lost, 3_010, 10, 0).Committed("m01", 0, 1, 3_700).Build()));

    [Fact]
    public void Check_RequestThatAFrozenBrokerFoundWhenItWentOn_IsGreen() => Assert.Empty(new CommitsMoveForward().Check(
        Owned().Event("brokerfreeze", "-", 1_000).Rebalanced("m01", RebalanceKind.Lost, 8_000, 10, 0).Event("brokerthaw", "-", 10_000).Requested("m01", 0, 1, 10_100, error: 25).Build()));

    private static HistoryBuilder Owned() => HistoryBuilder.Of(CommitStrategy.Async).Rebalanced("m01", RebalanceKind.Assigned, 10, 1, 0);
}
