using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class OrderKeptTests
{
    [Fact]
    public void Check_InOrderWithARetryAndAHandOver_IsGreen() => Assert.Empty(new OrderKept().Check(Async()
        .Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 20, 30, done: false).Handled("m01", 0, 1, 40, 50, attempt: 2).Handled("m02", 0, 2, 60, 70).Build()));

    [Fact]
    public void Check_NextBeginsWhileTheFirstRuns_IsRed() => Assert.NotEmpty(new OrderKept().Check(
        Async().Handled("m01", 0, 0, 10, 30).Handled("m01", 0, 1, 20, 40).Build()));

    [Fact]
    public void Check_NextBeginsBeforeTheRetry_IsRed() => Assert.Contains("offset 1", new OrderKept().Check(Async()
        .Handled("m01", 0, 0, 10, 20, done: false).Handled("m01", 0, 1, 25, 30).Handled("m01", 0, 0, 40, 50, attempt: 2).Build()).First(), StringComparison.Ordinal);

    [Fact]
    public void Check_EarlierOffsetBeginsFirstAfterALaterOne_IsRed() => Assert.Contains("for the first time", Assert.Single(new OrderKept().Check(
        Async().Handled("m01", 0, 1, 10, 20).Handled("m02", 0, 0, 30, 40).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_AssignedAnew_BeginsAgainFromTheCommit() => Assert.Empty(new OrderKept().Check(Async()
        .Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 20, 30).Rebalanced("m01", RebalanceKind.Assigned, 35, 1, 0).Handled("m01", 0, 0, 40, 50).Build()));

    [Fact]
    public void Check_NotAssignedAnew_MayNotGoBack() => Assert.NotEmpty(new OrderKept().Check(Async()
        .Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 20, 30).Rebalanced("m01", RebalanceKind.Assigned, 35, 1, 7).Handled("m01", 0, 0, 40, 50).Build()));

    [Fact]
    public void Check_AnotherMemberBeginsWhileTheFirstRuns_IsRedWithoutAFault()
    {
        Assert.Single(new OrderKept().Check(Async().Handled("m01", 0, 0, 10, 50).Handled("m02", 0, 1, 30, 40).Build()));
        Assert.Empty(new OrderKept().Check(Async().Event("freeze", "m01", 20).Handled("m01", 0, 0, 10, 50).Handled("m02", 0, 1, 30, 40).Build()));
    }

    [Fact]
    public void Check_OtherKeyOfThePartition_RunsBeside() => Assert.Empty(new OrderKept().Check(
        HistoryBuilder.Of(CommitStrategy.Async, RecordOrdering.Key).Handled("m01", 0, 0, 10, 50, key: "a").Handled("m01", 0, 1, 20, 30, key: "b").Build()));

    [Fact]
    public void Check_SameKey_DoesNot() => Assert.NotEmpty(new OrderKept().Check(
        HistoryBuilder.Of(CommitStrategy.Async, RecordOrdering.Key).Handled("m01", 0, 0, 10, 50, key: "a").Handled("m01", 0, 1, 20, 30, key: "a").Build()));

    [Fact]
    public void Check_AtMostOnceRecordIsGivenUp_GoesOnBehindIt() => Assert.Empty(new OrderKept().Check(
        Ahead().Handled("m01", 0, 0, 10, 20, done: false).Handled("m01", 0, 1, 20, 30).Build()));

    [Fact]
    public void Check_AtMostOnceAfterAStandstill_RunsWhatWasCommittedAhead()
    {
        Assert.NotEmpty(new OrderKept().Check(Ahead().Handled("m02", 0, 5, 10, 20).Handled("m01", 0, 4, 30, 40).Build()));
        Assert.Empty(new OrderKept().Check(
            Ahead().Event("freeze", "m01", 5).Event("thaw", "m01", 25).Handled("m02", 0, 5, 10, 20).Handled("m01", 0, 4, 30, 40).Build()));
        Assert.NotEmpty(new OrderKept().Check(
            Async().Event("freeze", "m01", 5).Event("thaw", "m01", 25).Handled("m02", 0, 5, 10, 20).Handled("m01", 0, 4, 30, 40).Build()));
    }

    private static HistoryBuilder Ahead() => HistoryBuilder.Of(CommitStrategy.AtMostOnce);

    private static HistoryBuilder Async() => HistoryBuilder.Of(CommitStrategy.Async);
}
