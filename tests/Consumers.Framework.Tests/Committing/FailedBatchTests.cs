using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

/// <summary>A record in the middle of a batch fails for good. What is before it is done all the same.</summary>
public sealed class FailedBatchTests
{
    [Theory]
    [InlineData(ErrorCode.NoError)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public async Task Scenario08_Sync_RecordOfABatchFails_CommitsWhatIsBeforeItAlsoWhenThatIsRefusedFirst(ErrorCode first)
    {
        using var rig = new CommitterRig(CommitStrategy.Sync, TimeSpan.FromHours(1));
        var isBroken = true;
        rig.World.Invoker.Handler = (context, _) => isBroken && context.Offset == 2 ? throw new PermanentFailureException("broken") : ValueTask.CompletedTask;
        rig.RefuseOnce(points => FakeOffsetCommitter.Each(points, _ => first));
        var lease = rig.World.OpenWith(5);
        rig.World.Manual.RunAll();
        Assert.Equal(PartitionState.Blocked, lease.GetSnapshot().State);

        lease.BeginDrain();
        Assert.True(await rig.FlushAsync(lease, TimeSpan.FromHours(1)));
        lease.Close(CloseReason.Revoked);
        rig.World.Table.Remove([lease]);

        var committed = lease.GetSnapshot().Committed;
        Assert.Equal(2, committed);
        Assert.All(rig.Client.Requests, static request => Assert.Equal(2, Assert.Single(request).NextOffset));

        // The next owner begins where the commit says.
        isBroken = false;
        rig.World.OpenWith(3, start: committed!.Value);
        rig.World.Manual.RunAll();
        Assert.Equal([0, 1, 2, 2, 3, 4], rig.World.Invoker.Offsets);
    }
}
