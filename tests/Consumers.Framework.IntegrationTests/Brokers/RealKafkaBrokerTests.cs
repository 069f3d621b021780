using System.Diagnostics;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <inheritdoc/>
public sealed class RealKafkaBrokerTests(TestBrokers brokers) : KafkaBrokerTests(brokers.Real)
{
    [Fact]
    public async Task ReadCommits_OfAGroup_ReturnsEveryCommitInOrderWithEpochAndMetadata()
    {
        var topic = await Broker.CreateTopicAsync(2);
        var group = KafkaBroker.UniqueName("group");
        KafkaBrokerTests.ConsumeAndCommit(Broker, await ProducedAsync(topic), KafkaBroker.UniqueName("other"), 4);
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = Broker.BootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
        }).Build();
        consumer.Assign([new TopicPartition(topic, 0), new TopicPartition(topic, 1)]);
        consumer.Commit([new TopicPartitionOffset(topic, 0, 1)]);
        consumer.Commit([new TopicPartitionOffset(new TopicPartition(topic, 0), 2, 7)]);
        consumer.Commit([new TopicPartitionOffset(topic, 1, 2)]);
        consumer.Commit([new TopicPartitionOffset(topic, 0, 1)]);

        var commits = ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group);

        Assert.Equal([(0, 1L), (0, 2L), (1, 2L), (0, 1L)], commits.Select(commit => (commit.Partition.Partition.Value, commit.Offset!.Value)));
        Assert.Equal([-1, 7, -1, -1], commits.Select(commit => commit.LeaderEpoch));
        Assert.All(commits, commit => Assert.Equal((group, topic, string.Empty), (commit.Group, commit.Partition.Topic, commit.Metadata)));
        Assert.All(commits, commit => Assert.InRange(DateTimeOffset.UtcNow - commit.Time, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task FreezeAndThaw_OfABrokerOfOnesOwn_StopAndResumeItsAnswers()
    {
        await using var own = new RealKafkaBroker();
        await own.SkipIfUnavailableAsync();
        using var admin = own.BuildAdmin();
        admin.GetMetadata(TimeSpan.FromSeconds(5));

        // Its threads stop one after the other.
        own.Freeze();
        Wait.Until(() => Record.Exception(() => admin.GetMetadata(TimeSpan.FromSeconds(1))) is KafkaException);
        own.Thaw();

        Assert.Single(admin.GetMetadata(TimeSpan.FromSeconds(20)).Brokers);
    }

    [Fact]
    public async Task KillAndRestart_OfABrokerOfOnesOwn_KeepItsDataAndLeaveNothingAtTheEnd()
    {
        var own = new RealKafkaBroker();
        await own.SkipIfUnavailableAsync();
        var topic = await own.CreateTopicAsync(1);
        await TestProducer.ProduceAsync(own.BootstrapServers, topic, 5);
        var servers = own.BootstrapServers;

        await own.KillAsync();
        await own.RestartAsync();

        Assert.Equal(servers, own.BootstrapServers);
        Assert.Equal([0, 1, 2, 3, 4], KafkaBrokerTests.ConsumeAndCommit(own, topic, "after", 5));
        using var process = Process.GetProcessById(own.ProcessId);
        var directory = own.DataDirectory;
        await own.DisposeAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.False(Directory.Exists(directory));
    }

    private async Task<string> ProducedAsync(string topic)
    {
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, 4);
        return topic;
    }
}
