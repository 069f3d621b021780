using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class LagEndsTests
{
    [Fact]
    public void Check_CommittedToTheEndInTime_IsGreen() => Assert.Empty(new LagEnds().Check(Run().Committed("m01", 0, 3, 2_000).Build()));

    [Fact]
    public void Check_CommittedTooLate_IsRed() => Assert.Single(new LagEnds().Check(Run().Committed("m01", 0, 3, 47_000).Build()));

    [Fact]
    public void Check_NotCommittedToTheEnd_IsRed() => Assert.Contains("ends at 3 and is committed up to 2", Assert.Single(new LagEnds().Check(
        Run().Committed("m01", 0, 2, 1_500).Build())), StringComparison.Ordinal);

    [Fact]
    public void Check_GroupDidNotSettle_IsRed() => Assert.Single(new LagEnds().Check(Run().Event("unsettled", "-", 500, "1").Committed("m01", 0, 3, 2_000).Build()));

    [Fact]
    public void Check_RunBrokenOff_IsRed() => Assert.Single(new LagEnds().Check(HistoryBuilder.Of(CommitStrategy.Async).Build()));

    private static HistoryBuilder Run() => HistoryBuilder.Of(CommitStrategy.Async).Produced(0, 3).Event("quiet", "-", 1_000, "3");
}
