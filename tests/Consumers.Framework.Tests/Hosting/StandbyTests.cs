using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Scenario 31: under KIP-848 the client tells nobody that it was given nothing.</summary>
public sealed class StandbyTests
{
    [Theory]
    [InlineData(GroupProtocol.Consumer, true, WorkerState.Standby)]
    [InlineData(GroupProtocol.Consumer, false, WorkerState.Starting)]
    [InlineData(GroupProtocol.Classic, true, WorkerState.Starting)]
    public async Task Scenario31_MemberWithoutAnAssignment_StandsBy(GroupProtocol protocol, bool isMember, WorkerState expected)
    {
        await using var host = ConsumerHost.OfOrders(options => options.GroupProtocol = protocol);
        host.Sources.Prepare = source => source.IsMember = isMember;
        await host.StartAsync();
        var source = host.Sources.Next();

        // The first look finds that it is a member, the second that it is one still.
        for (var look = 0; look < 3; look++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            await source.PollsAsync(2).Soon();
        }

        Assert.Equal(expected, host.Worker.State);
        Assert.Equal(expected == WorkerState.Standby, host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).IsCompleted);
        source.Give(0);
        host.UntilWorkerIs(WorkerState.Running);
    }
}
