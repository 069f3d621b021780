using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Shutdown:LeaveGroupOnStop: a stop ends a static membership, a failure does not.</summary>
public sealed class LeaveGroupOnStopTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_StaticMember_LeavesAsConfigured(bool leaves)
    {
        await using var host = Static(leaves);
        var source = await host.StartAssignedAsync();

        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(leaves, source.WasAskedToLeave);
    }

    [Fact]
    public async Task Failure_StaticMember_StaysInTheGroupSinceItComesBack()
    {
        await using var host = Static(leaves: true);
        var source = await host.StartAssignedAsync();

        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        await source.Closed.Soon();

        Assert.False(source.WasAskedToLeave);
    }

    private static ConsumerHost Static(bool leaves) => ConsumerHost.OfOrders(options =>
    {
        options.GroupInstanceId = "billing-7";
        options.Shutdown.LeaveGroupOnStop = leaves;
    });
}
