using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Checking;
using Consumers.Framework.Fleet.History;
using Consumers.Framework.Fleet.Reports;
using Consumers.Framework.Fleet.Tests.Checking;

namespace Consumers.Framework.Fleet.Tests.Reports;

public sealed class RunFiguresTests
{
    [Fact]
    public void Of_ARun_CountsWhatHappened()
    {
        var history = HistoryBuilder.Of(CommitStrategy.Async).Produced(0, 3)
            .Event("join", "m01", 1).Event("join", "m02", 1).Event("join", "m03", 1).Event("join", "m04", 100).Event("leave", "m02", 200).Event("kill", "m03", 300)
            .Event("end", "-", 900).Event("leave", "m01", 901).Event("exit", "m01", 950, "0", "49000")
            .Handled("m01", 0, 0, 10, 20).Handled("m02", 0, 0, 30, 40).Handled("m02", 0, 1, 40, 50)
            .Rebalanced("m01", RebalanceKind.Revoked, 25, 12, 0, 1)
            .Build();

        var row = RunFigures.Columns.Zip(RunFigures.Of(Checker.Judge(history))).ToDictionary(static cell => cell.First, static cell => cell.Second);

        Assert.Equal("2", row["hand-overs"]);
        Assert.Equal("2", row["moved"]);
        Assert.Equal("1", row["kills"]);
        Assert.Equal("3", row["records"]);
        Assert.Equal("1", row["lost"]);
        Assert.Equal("1", row["repeated"]);
        Assert.Equal("12", row["drain ms"]);
        Assert.Equal("49", row["stop ms"]);
        Assert.StartsWith("RED I1", row["verdict"], StringComparison.Ordinal);
    }
}
