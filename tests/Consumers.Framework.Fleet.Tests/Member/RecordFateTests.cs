using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.Tests.Member;

public sealed class RecordFateTests
{
    private static readonly MemberOptions Options = new() { Seed = 5, FailEvery = 97 };

    [Fact]
    public void Of_SameSeedAndNumber_IsTheSameFate() =>
        Assert.Equal(RecordFate.Of(Options, 12), RecordFate.Of(new MemberOptions { Seed = 5, FailEvery = 97 }, 12));

    [Fact]
    public void Of_ManyNumbers_IsLogNormalInItsLimits()
    {
        var fates = Enumerable.Range(0, 20_000).Select(static number => RecordFate.Of(Options, number)).ToList();
        var times = fates.Select(static fate => fate.Takes.TotalMilliseconds).Order().ToList();

        Assert.InRange(times[times.Count / 2], 18, 22);
        Assert.Equal(5, times[0]);
        Assert.InRange(times[^1], 1_000, 2_000);
        Assert.InRange(fates.Count(static fate => fate.Blocks), 9_500, 10_500);
        Assert.InRange(fates.Count(static fate => fate.IgnoresToken), 4_500, 5_500);
        Assert.Equal(207, fates.Count(static fate => fate.Fails == 2));
    }
}
