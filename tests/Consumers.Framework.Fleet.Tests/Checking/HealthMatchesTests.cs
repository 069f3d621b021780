using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.Tests.Checking;

public sealed class HealthMatchesTests
{
    [Fact]
    public void Check_HealthyAfterItsStart_IsGreen() => Assert.Empty(new HealthMatches().Check(
        Run().Health("m01", 10, "Degraded").Health("m01", 100, "Healthy").Build()));

    [Fact]
    public void Check_UnhealthyWhileItRuns_IsRed() => Assert.Single(new HealthMatches().Check(
        Run().Health("m01", 100, "Unhealthy").Health("m01", 200, "Healthy").Build()));

    [Fact]
    public void Check_UnhealthyWhenItWasToldToStop_IsGreen() => Assert.Empty(new HealthMatches().Check(
        Run().Health("m01", 100, "Healthy").Event("leave", "m01", 300).Health("m01", 400, "Unhealthy").Build()));

    [Fact]
    public void Check_UnhealthyWhileItsConsumerIsStopped_IsGreenUntilItRunsAgain()
    {
        HistoryBuilder Recycled() => Run().Health("m01", 100, "Healthy").Event("recycle", "m01", 300).Health("m01", 350, "Unhealthy")
            .Resources("m01", 400, idle: false, default).Health("m01", 450, "Healthy");

        Assert.Empty(new HealthMatches().Check(Recycled().Build()));
        Assert.Single(new HealthMatches().Check(Recycled().Health("m01", 500, "Unhealthy").Health("m01", 600, "Healthy").Build()));
    }

    [Fact]
    public void Check_DegradedInTheEnd_IsRed() => Assert.Single(new HealthMatches().Check(
        Run().Health("m01", 100, "Healthy").Health("m01", 200, "Degraded").Build()));

    [Fact]
    public void Check_BrokerStandsStill_ShowsInEachMember()
    {
        HistoryBuilder Frozen() => Run().Event("join", "m01", 1).Health("m01", 100, "Healthy").Event("brokerfreeze", "-", 1_000).Event("brokerthaw", "-", 10_000);

        Assert.Single(new HealthMatches().Check(Frozen().Build()));
        Assert.Empty(new HealthMatches().Check(Frozen().Health("m01", 7_000, "Degraded").Health("m01", 11_000, "Healthy").Build()));
    }

    private static HistoryBuilder Run() => HistoryBuilder.Of(CommitStrategy.Async).Event("end", "-", 20_000);
}
