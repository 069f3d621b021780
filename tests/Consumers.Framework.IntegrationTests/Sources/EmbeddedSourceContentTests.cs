using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <inheritdoc/>
public sealed class EmbeddedSourceContentTests(TestBrokers brokers) : SourceContentTests(brokers.Embedded)
{
    /// <summary>It keeps 5 MB of each partition.</summary>
    protected override int Records => 5_000;

    protected override int Largest => 16_384;

    protected override bool[] LogAppendTimes => [false];

    [Fact]
    public async Task Poll_LeaderMoved_TheEpochsOfTheRecordsAreTheSameThroughBothSources()
    {
        const string topic = "moves";
        await using var cluster = EmbeddedKafka.Start(new EmbeddedKafkaOptions { ChildProcess = true, Brokers = 2, Topics = { [topic] = 1 } });
        for (var leader = 1; leader <= 2; leader++)
        {
            cluster.MoveLeader(topic, 0, leader);
            await TestProducer.ProduceAsync(cluster.BootstrapServers, topic, count: 10);
        }

        var native = ReadTopic.From(PollingSource.Native, cluster.BootstrapServers, topic, 1, IsolationLevel.ReadCommitted);
        native.AssertSame(ReadTopic.From(PollingSource.Managed, cluster.BootstrapServers, topic, 1, IsolationLevel.ReadCommitted), "leader epochs");

        Assert.Equal(20, native.Count);
        Assert.Equal(2, native.Records[0].Select(static record => record.LeaderEpoch).Where(static epoch => epoch >= 0).Distinct().Count());
    }

    protected override Task CreateTopicAsync(string topic, IReadOnlyDictionary<string, string> configuration) => Broker.CreateTopicAsync(topic, Partitions);
}
