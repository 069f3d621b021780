using Consumers.Framework.Fleet.Backlog;

namespace Consumers.Framework.Fleet.Tests.Backlog;

public sealed class BacklogFiguresTests
{
    private static readonly TimeSpan Allowed = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(150, 250, false)]
    [InlineData(151, 250, true)]
    [InlineData(150, 251, true)]
    public void TooLong_MedianOrPercentileAboveTheLoops_IsTold(int median, int p95, bool isTold)
    {
        var loop = Figures(BacklogArm.Loop, HandOverKind.Join, 50, 150);
        Assert.Equal(isTold, BacklogFigures.TooLong([loop, Figures(BacklogArm.Framework, HandOverKind.Join, median, p95)], Allowed).Any());
    }

    [Fact]
    public void TooLong_LoopOfAnotherKind_IsNotItsMeasure() => Assert.Empty(BacklogFigures.TooLong(
        [Figures(BacklogArm.Loop, HandOverKind.Leave, 5, 5), Figures(BacklogArm.Framework, HandOverKind.Join, 500, 500)], Allowed));

    private static BacklogFigures Figures(BacklogArm arm, HandOverKind kind, int median, int p95) =>
        new("Classic", arm, kind, 100, TimeSpan.FromMilliseconds(median), TimeSpan.FromMilliseconds(p95), TimeSpan.FromMilliseconds(p95), 0, 0);
}
