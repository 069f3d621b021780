using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>The embedded brokers inside the test's own process.</summary>
public sealed class InProcessEmbeddedKafkaTests() : EmbeddedKafkaTests(childProcess: false)
{
    [Fact]
    public void ProcessId_InProcess_IsNull()
    {
        using var embedded = Start();

        Assert.Null(embedded.ProcessId);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Start_WithACountOfBrokersThatIsOutOfRange_IsRefused(int brokers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedKafka.Start(new EmbeddedKafkaOptions { Brokers = brokers }));

    [Fact]
    public void Start_WithADelayOfTheSessionTimeout_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedKafka.Start(new EmbeddedKafkaOptions
        {
            GroupInitialRebalanceDelay = TimeSpan.FromSeconds(2),
            SessionTimeout = TimeSpan.FromSeconds(2),
        }));

    [Fact]
    public void Start_WithATopicOfNoPartitions_IsRefusedBeforeAnythingStarts() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedKafka.Start(new EmbeddedKafkaOptions { Topics = { ["none"] = 0 } }));
}
