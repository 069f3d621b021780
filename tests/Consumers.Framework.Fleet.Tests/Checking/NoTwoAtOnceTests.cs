using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class NoTwoAtOnceTests
{
    [Fact]
    public void Check_OneAfterTheOther_IsGreen() => Assert.Empty(new NoTwoAtOnce().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 20, done: false).Handled("m01", 0, 0, 20, 30, attempt: 2).Build()));

    [Fact]
    public void Check_SecondBeginsWhileTheFirstRuns_IsRed() => Assert.Single(new NoTwoAtOnce().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 25).Handled("m01", 0, 0, 20, 30).Build()));

    [Fact]
    public void Check_TwoProcessesAtOnce_IsNotItsMatter() => Assert.Empty(new NoTwoAtOnce().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Handled("m01", 0, 0, 10, 25).Handled("m02", 0, 0, 20, 30).Build()));
}
