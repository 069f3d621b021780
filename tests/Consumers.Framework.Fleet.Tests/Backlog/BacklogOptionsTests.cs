using Consumers.Framework.Fleet.Backlog;

namespace Consumers.Framework.Fleet.Tests.Backlog;

public sealed class BacklogOptionsTests
{
    [Fact]
    public void Parse_EachOption_IsTaken()
    {
        var options = BacklogOptions.Parse(
            ["--hand-overs", "9", "--starts", "2", "--protocol", "Consumer", "--records", "8", "--handler", "20", "--arm", "loop", "--set", "Workers=2", "--set", "MaxConcurrency=3"]);
        Assert.Equal((9, 2, 2_000_000L, TimeSpan.FromMicroseconds(20)), (options.HandOvers, options.Starts, options.RecordsOfPartition, options.Handler));
        Assert.Equal([BacklogOptions.Consumer], options.Protocols);
        Assert.Equal([BacklogArm.Loop], options.Arms);
        Assert.Equal(["Workers=2", "MaxConcurrency=3"], options.Settings);
    }

    [Theory]
    [InlineData("--hand-overs")]
    [InlineData("--hand-overs", "many")]
    [InlineData("--protocol", "KIP-848")]
    [InlineData("--arm", "Java")]
    [InlineData("--colour", "red")]
    public void Parse_WhatIsNone_IsRefused(params string[] words) => Assert.Throws<FormatException>(() => BacklogOptions.Parse(words));
}
