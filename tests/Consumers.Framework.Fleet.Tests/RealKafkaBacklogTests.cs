using Consumers.Framework.Fleet.Backlog;

namespace Consumers.Framework.Fleet.Tests;

/// <summary>One join and one leave beside a backlog, under each protocol. How long partitions stand still is measured by the program.</summary>
public sealed class RealKafkaBacklogTests(RealKafkaFleet fleet, ITestOutputHelper output) : IClassFixture<RealKafkaFleet>
{
    [Fact]
    public async Task Live_MemberJoinsAndLeavesBesideABacklog_LosesAndRepeatsNothing()
    {
        var broker = fleet.Broker;
        var options = new BacklogOptions { HandOvers = 1, Millions = 4, Handler = TimeSpan.FromMicroseconds(20) };
        await broker.CreateTopicAsync(BacklogTopic.Name, BacklogOptions.Partitions);
        BacklogTopic.Fill(broker.BootstrapServers, options.RecordsOfPartition);
        foreach (var protocol in options.Protocols)
        {
            var run = new BacklogRun(options, BacklogArm.Framework, protocol, broker.BootstrapServers);

            await run.LiveAsync(options.HandOvers, TestContext.Current.CancellationToken);

            output.WriteLine(string.Join(", ", run.Samples.Select(static sample => $"{sample.Kind} {sample.Partition}: {sample.Longest.TotalMilliseconds:0} ms")));
            Assert.Equal(
                [(HandOverKind.Join, 2), (HandOverKind.Leave, 2)], run.Samples.GroupBy(static sample => sample.Kind).Select(static kind => (kind.Key, kind.Count())));
            Assert.Equal((0, 0), (run.Lost, run.Repeated));
        }
    }
}
