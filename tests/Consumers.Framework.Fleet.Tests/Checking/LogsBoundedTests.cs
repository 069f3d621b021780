using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class LogsBoundedTests
{
    [Theory, InlineData(60, 0, 0), InlineData(61, 0, 1), InlineData(80, 1, 0), InlineData(81, 1, 1)]
    public void Check_LinesOfAMinute_AreBoundedBySteps(int lines, int steps, int violations)
    {
        var history = HistoryBuilder.Of(CommitStrategy.Async).Logged("m01", 1_000, lines);
        for (var step = 0; step < steps; step++)
        {
            history.Event("step", "-", 2_000);
        }

        Assert.Equal(violations, new LogsBounded().Check(history.Build()).Count());
    }

    [Fact]
    public void Check_DebugLines_DoNotCount() => Assert.Empty(new LogsBounded().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Logged("m01", 1_000, 500, "Debug").Build()));

    [Fact]
    public void Check_NextMinute_CountsAnew() => Assert.Empty(new LogsBounded().Check(
        HistoryBuilder.Of(CommitStrategy.Async).Logged("m01", 1_000, 60).Logged("m01", 61_000, 60).Build()));
}
