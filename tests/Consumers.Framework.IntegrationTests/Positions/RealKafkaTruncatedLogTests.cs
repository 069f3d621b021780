using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>A broker crashes and loses the last records, which a consumer has read; other records take their place.</summary>
public sealed class RealKafkaTruncatedLogTests() : BrokerTests(new RealKafkaBroker(), BrokerCapabilities.Process | BrokerCapabilities.ConsumerProtocol)
{
    private const int Parts = 6;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Broker.DisposeAsync();
    }

    /// <summary>Under the new protocol the member stays one while the broker is away, so that its client sees the new leader epoch.</summary>
    [Fact]
    public async Task Scenario50_Running_LogWasTruncated_GoesOnWhereItPartsAndMissesNothing()
    {
        var kafka = (RealKafkaBroker)Broker;
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await TestConsumer.StartAsync(Broker, topic, KafkaBroker.UniqueName("group"), protocol: GroupProtocol.Consumer);
        for (var number = 0; number < 10; number++)
        {
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: number);
        }

        consumer.WaitUntilDone(10);
        consumer.WaitUntilLagIsZero();
        await kafka.KillAsync();
        new LogSegment(kafka.DataDirectory, new(topic, 0)).Cut(Parts);
        await kafka.RestartAsync();

        // More than were lost: the old position is a valid one again.
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20, first: 100);
        Wait.Until(() => consumer.Done.Count >= 30, TimeSpan.FromSeconds(60));
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(100, 20)], consumer.Done.Select(static record => record.Number));
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "PositionReset"
            && entry.Message.Contains($"cannot go on with offset 10 and goes on with {Parts} (Truncation", StringComparison.Ordinal));
    }
}
