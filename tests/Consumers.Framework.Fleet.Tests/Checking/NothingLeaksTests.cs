using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class NothingLeaksTests
{
    [Fact]
    public void Check_StoppedAndStartedAgain_IsGreen() => Assert.Empty(Check(new ResourceReading(0, 0, 0, 3), new ResourceReading(2, 6, 6, 9)));

    [Fact]
    public void Check_ClientOfTheHostIsKept_IsGreen() => Assert.Empty(Check(new ResourceReading(1, 3, 0, 5), new ResourceReading(3, 9, 6, 11)));

    [Theory, InlineData(2, 3, 0, 3), InlineData(1, 4, 0, 3), InlineData(0, 0, 1, 3), InlineData(0, 0, 0, 6)]
    public void Check_StoppedAndKeptSomething_IsRed(int clients, int clientThreads, int ownThreads, int sockets) =>
        Assert.Single(Check(new ResourceReading(clients, clientThreads, ownThreads, sockets), new ResourceReading(2, 6, 6, 9)));

    [Fact]
    public void Check_MoreClientsThanWorkersAndTheHost_IsRed() => Assert.Single(Check(new ResourceReading(0, 0, 0, 3), new ResourceReading(4, 12, 6, 9)));

    private static IEnumerable<string> Check(ResourceReading idle, ResourceReading running) => new NothingLeaks().Check(HistoryBuilder.Of(CommitStrategy.Async)
        .Resources("m01", 100, idle: true, new ResourceReading(0, 0, 0, 3)).Resources("m01", 200, idle: false, new ResourceReading(2, 6, 6, 9))
        .Resources("m01", 300, idle: true, idle).Resources("m01", 400, idle: false, running).Build());
}
