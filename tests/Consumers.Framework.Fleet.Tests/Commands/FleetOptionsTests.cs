using Consumers.Framework.Fleet.Commands;
using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.Tests.Commands;

public sealed class FleetOptionsTests
{
    [Fact]
    public void Parse_ReplayCommandOfARun_IsThatRun()
    {
        var run = RunSettings.Of(new(Cells.FleetAssignor.Range848, Configuration.CommitStrategy.Manual, Configuration.RecordOrdering.Key), "storm", 12, 7, FleetLoad.Heavy);
        var words = run.ReplayCommand[(run.ReplayCommand.IndexOf(" run --cell", StringComparison.Ordinal) + 5)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var options = FleetOptions.Parse(words);

        Assert.Equal(run, RunSettings.Of(options.Cells.Single(), options.Scenario!, options.Seed, options.Size, options.Load));
    }

    [Theory]
    [InlineData("--seed")]
    [InlineData("--seed", "0")]
    [InlineData("--cell", "Range/Async")]
    [InlineData("--cell", "Sticky/Async/Key")]
    [InlineData("--scenario", "peace")]
    [InlineData("--load", "None")]
    [InlineData("--colour", "red")]
    public void Parse_WhatIsNone_IsRefused(params string[] words) => Assert.Throws<FormatException>(() => FleetOptions.Parse(words));
}
