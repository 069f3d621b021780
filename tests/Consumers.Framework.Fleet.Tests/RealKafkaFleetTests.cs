using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Reports;
using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.Tests;

/// <summary>A few runs of the fleet with a fixed seed: each assignor, each strategy and each kind of scenario once. The matrix is the program's.</summary>
public sealed class RealKafkaFleetTests(RealKafkaFleet fleet, ITestOutputHelper output) : IClassFixture<RealKafkaFleet>
{
    private const int Seed = 1;

    [Theory]
    [InlineData("CooperativeSticky/Async/Partition", "handover", 3)]
    [InlineData("RoundRobin/AtMostOnce/Key", "handover", 2)]
    [InlineData("Range/PerRecord/Key", "rolling", 3)]
    [InlineData("RoundRobin/Auto/Partition", "freeze", 1)]
    [InlineData("Uniform848/Sync/Partition", "kill", 1)]
    [InlineData("Uniform848/Async/Key", "recycle", 2)]
    [InlineData("CooperativeSticky/Sync/Partition", "broker", 1)]
    public Task Run_OfEachKind_KeepsTheInvariants(string cell, string scenario, int size) => RunAsync(cell, scenario, size);

    [Fact]
    public Task Scenario32_JoinsAndLeavesEveryTwoSeconds_LosesNothingAndGoesOn() => RunAsync("Range848/Manual/Partition", "storm", 6);

    private async Task RunAsync(string cell, string scenario, int size)
    {
        var broker = fleet.Broker;
        var settings = RunSettings.Of(Cell.Parse(cell), scenario, Seed, size, FleetLoad.Light);
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "fleet-evidence", settings.Name));
        folder.Delete(recursive: true);
        folder.Create();
        var directory = new RunDirectory(folder.FullName);
        await FleetRun.ExecuteAsync(settings, broker, directory, TestContext.Current.CancellationToken);

        var verdict = Checker.Judge(HistoryReader.Read(directory));
        output.WriteLine(string.Join(", ", RunFigures.Columns.Zip(RunFigures.Of(verdict), static (column, figure) => $"{column} {figure}")));
        Assert.True(verdict.IsGreen, $"{string.Join('\n', verdict.Describe())}\nKept in {Path.GetRelativePath(AppContext.BaseDirectory, folder.FullName)}");
        folder.Delete(recursive: true);
    }
}
