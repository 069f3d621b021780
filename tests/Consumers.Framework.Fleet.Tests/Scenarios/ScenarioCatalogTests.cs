using Consumers.Framework.Fleet.Scenarios;

namespace Consumers.Framework.Fleet.Tests.Scenarios;

public sealed class ScenarioCatalogTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Write_SameSeed_IsTheSameScript(string scenario) =>
        Assert.Equal(ScenarioCatalog.Write(scenario, seed: 7).Steps, ScenarioCatalog.Write(scenario, seed: 7).Steps);

    [Fact]
    public void Write_OtherSeed_IsAnotherScript() =>
        Assert.NotEqual(ScenarioCatalog.Write("storm", seed: 7).Steps, ScenarioCatalog.Write("storm", seed: 8).Steps);

    [Theory, MemberData(nameof(Names))]
    public void Write_ManySteps_TouchesOnlyWhoIsAlive(string scenario)
    {
        var script = ScenarioCatalog.Write(scenario, seed: 3, size: 40);
        var alive = Enumerable.Range(1, script.Members).ToHashSet();
        var joined = script.Members;
        Assert.NotEmpty(script.Steps);
        foreach (var step in script.Steps)
        {
            switch (step.Action)
            {
                case FleetAction.Join:
                    Assert.Equal(++joined, step.Member);
                    alive.Add(step.Member);
                    break;
                case FleetAction.FreezeBroker:
                    break;
                default:
                    Assert.Contains(step.Member, alive);
                    break;
            }

            if (step.Action is FleetAction.Leave or FleetAction.Kill or FleetAction.Restart)
            {
                alive.Remove(step.Member);
            }

            if (step.Action == FleetAction.Restart)
            {
                alive.Add(++joined);
            }
        }
    }
}
