using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A stop between the coordinator's first answer to a join, which makes a member, and the client's reading of it.</summary>
public sealed class RealKafkaStopInJoinTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases, BrokerCapabilities.ConsumerProtocol | BrokerCapabilities.Process)
{
    /// <summary>On its way for longer than a stop takes that does not wait for it, and less long than a stop waits.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Session = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(GroupProtocol.Classic)]
    [InlineData(GroupProtocol.Consumer)]
    public async Task Stop_TheCoordinatorsAnswerIsOnItsWay_LeavesNoMemberThatTheGroupWaitsFor(GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(2);
        var group = KafkaBroker.UniqueName("group");
        await using var proxy = ((RealKafkaBroker)Broker).OpenGroupProxy();
        var answered = proxy.DelayNextJoin(OnItsWay);
        await using var stopped = await StartAsync(topic, group, protocol, proxy.BootstrapServers, awaitAssignment: false);
        await answered.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var startedAt = TimeProvider.System.GetTimestamp();
        await stopped.StopAsync();
        var stop = TimeProvider.System.GetElapsedTime(startedAt);

        // In the classic protocol only a rebalance among members waits for one that has been given an id and has not come back with it.
        startedAt = TimeProvider.System.GetTimestamp();
        await using var next = await StartAsync(topic, group, protocol, Broker.BootstrapServers);
        await using var another = await StartAsync(topic, group, protocol, Broker.BootstrapServers, awaitAssignment: false);
        Wait.Until(() => next.Partitions.Count == 1 && another.Partitions.Count == 1, TimeSpan.FromMinutes(1));
        var shared = TimeProvider.System.GetElapsedTime(startedAt);

        TestContext.Current.TestOutputHelper?.WriteLine($"{protocol}: stopped after {stop.TotalMilliseconds:F0} ms, two others share the topic {shared.TotalMilliseconds:F0} ms after their start");
        Assert.InRange(shared, TimeSpan.Zero, Session - TimeSpan.FromSeconds(2));
    }

    private Task<TestConsumer> StartAsync(string topic, string group, GroupProtocol protocol, string servers, bool awaitAssignment = true) => TestConsumer.StartAsync(
        Broker, topic, group,
        configure: options =>
        {
            options.BootstrapServers = servers;
            if (protocol == GroupProtocol.Classic)
            {
                options.SessionTimeout = Session;
            }
        },
        protocol: protocol, awaitAssignment: awaitAssignment);
}
