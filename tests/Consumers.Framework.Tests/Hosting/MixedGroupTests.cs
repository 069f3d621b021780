using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Health;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>Scenario 23: a member comes with another kind of assignor than its group has.</summary>
public sealed class MixedGroupTests
{
    private static readonly Error Refusal = new(ErrorCode.InconsistentGroupProtocol, "JoinGroup failed: Broker: Inconsistent group protocol");

    [Fact]
    public async Task Scenario23_BrokerRefusesTheAssignor_OneEntryAndHealthExplainIt()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Assignor = PartitionAssignor.Range);
        await host.StartAsync();
        var source = host.Sources.Next();

        // The client repeats it with every attempt to join.
        source.Refuse(Refusal);
        source.Refuse(Refusal);
        source.Refuse(new Error(ErrorCode.UnknownTopicOrPart, "no such topic"), new TopicPartition("orders", Partition.Any));
        host.UntilLogged(EventIds.SubscriptionFailed);

        var entry = Assert.Single(host.Logged(EventIds.MixedGroup));
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.StartsWith("orders/0: the group billing has members that do not use Range,", entry.Message, StringComparison.Ordinal);
        Assert.Contains("by way of GroupProtocol Consumer without a pause", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario23_OldMembersHaveLeft_HealthIsWellAgain()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Refuse(Refusal);
        Waiting.Until(() => host.Worker.ClientError is not null);

        var refused = HealthEvaluator.Readiness(host.Orders.GetSnapshot(), new KafkaConsumerOptions());
        Assert.Equal(HealthStatus.Degraded, refused.Status);
        Assert.Contains(refused.Reasons, static reason => reason.Contains(
            "the group 'billing' has members that do not use CooperativeSticky, and the broker lets this one in when they have left", StringComparison.Ordinal));

        source.Give(0);
        host.UntilWorkerIs(WorkerState.Running);
        Assert.Equal(HealthStatus.Healthy, HealthEvaluator.Readiness(host.Orders.GetSnapshot(), new KafkaConsumerOptions()).Status);
    }
}
