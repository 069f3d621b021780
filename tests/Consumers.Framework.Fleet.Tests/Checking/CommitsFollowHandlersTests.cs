using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class CommitsFollowHandlersTests
{
    [Fact]
    public void Check_CommitAfterTheRecord_IsGreen() => Assert.Empty(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 20).Committed("m01", 0, 1, 20).Build()));

    [Fact]
    public void Check_CommitWhileTheRecordRuns_NamesBoth() => Assert.Contains("[0] was committed up to 1", Assert.Single(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 30).Committed("m01", 0, 1, 20).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_CommitBeyondOneThatIsNotDone_IsRed() => Assert.Contains("offset 0 was never done", Assert.Single(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 15, done: false).Handled("m01", 0, 1, 10, 15, key: "other").Committed("m01", 0, 2, 20).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_CommitOfWhatAnEarlierOwnerDid_IsGreen() => Assert.Empty(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 0, 30, 60).Committed("m02", 0, 1, 40).Build()));

    [Fact]
    public void Check_AtMostOnceBeginsBehindItsCommit_IsGreen() => Assert.Empty(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.AtMostOnce).Committed("m01", 0, 2, 5).Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 20, 30).Build()));

    [Fact]
    public void Check_AtMostOnceBeginsBeforeItsCommit_IsRed() => Assert.Single(new CommitsFollowHandlers().Check(
        HistoryBuilder.Of(CommitStrategy.AtMostOnce).Committed("m01", 0, 1, 5).Handled("m01", 0, 0, 10, 20).Handled("m01", 0, 1, 20, 30).Committed("m01", 0, 2, 25).Build()));
}
