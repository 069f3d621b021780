using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>What a commit looks like at the broker.</summary>
public sealed class RealKafkaCommitRecordTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups, BrokerCapabilities.OffsetsTopic)
{
    /// <summary>With an epoch, by which the next owner finds a log that was cut; without metadata, which a broker may find too long.</summary>
    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task Scenario13_Commits_CarryALeaderEpochAndNoMetadata(PollingSource source)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        for (var owner = 0; owner < 2; owner++)
        {
            // The second one has nothing to handle, and so nothing to commit.
            await using var consumer = await TestConsumer.StartAsync(Broker, topic, group, configure: options => options.Polling.Source = source);
            consumer.WaitUntilLagIsZero();
        }

        var commits = ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group);
        Assert.Equal([10, 10], commits.GroupBy(static commit => commit.Partition).Select(static partition => (int)partition.Last().Offset!));
        Assert.All(commits, static commit => Assert.Equal(("", true), (commit.Metadata, commit.LeaderEpoch >= 0)));
    }
}
