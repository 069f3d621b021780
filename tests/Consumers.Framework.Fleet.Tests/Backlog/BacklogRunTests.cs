using Consumers.Framework.Fleet.Backlog;

namespace Consumers.Framework.Fleet.Tests.Backlog;

public sealed class BacklogRunTests
{
    [Fact]
    public void Compare_RunsThatFollowOneAnother_AreExact() =>
        Assert.Equal((0, 0), BacklogRun.Compare([Run(1, 0, 50, 10), Run(0, 200, 300, 3), Run(0, 0, 100, 1), Run(0, 100, 200, 2)]));

    [Fact]
    public void Compare_HoleAndOverlap_AreCounted() =>
        Assert.Equal((7, 15), BacklogRun.Compare([Run(0, 0, 100, 1), Run(0, 90, 95, 2), Run(0, 90, 200, 3), Run(0, 207, 300, 4)]));

    private static FlowRun Run(int partition, long first, long next, long at) => new(partition, first, next, at, at);
}
