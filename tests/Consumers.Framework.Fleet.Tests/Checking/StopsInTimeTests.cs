using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class StopsInTimeTests
{
    // The budget is 12 s.
    [Theory, InlineData("0", "12900000", 0), InlineData("0", "13100000", 1), InlineData("1", "100000", 1)]
    public void Check_Exit_IsJudgedByCodeAndTime(string code, string microseconds, int violations) => Assert.Equal(violations, new StopsInTime().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Event("exit", "m01", 100, code, microseconds).Build()).Count());

    [Fact]
    public void Check_MemberThatDoesNotEnd_IsRed() => Assert.Single(new StopsInTime().Check(HistoryBuilder.Of(CommitStrategy.Async).Event("hang", "m01", 100).Build()));

    [Fact]
    public void Check_MemberThatEndsUnasked_IsRed() => Assert.Single(new StopsInTime().Check(HistoryBuilder.Of(CommitStrategy.Async).Event("died", "m01", 100, "134").Build()));
}
