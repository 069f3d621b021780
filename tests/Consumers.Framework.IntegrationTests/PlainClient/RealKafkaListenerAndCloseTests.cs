using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.PlainClient;

/// <summary>How a plain loop hands partitions over, with and without a rebalance listener and a close; and how the framework does.</summary>
public sealed class RealKafkaListenerAndCloseTests(TestBrokers brokers) : BrokerTests(brokers.Real)
{
    private const int Records = 40;

    [Theory]
    [InlineData(false, Records / 2)]
    [InlineData(true, 0)]
    public async Task Plain_AnotherJoins_RepeatsWhatWasNotCommittedUnlessTheListenerCommits(bool commitsInListener, int repeats)
    {
        var (topic, group) = await ProduceAsync();
        await using var first = new PlainLoop(
            Broker.BootstrapServers, topic, group, static (_, _) => { },
            revoked: (consumer, positions) =>
            {
                if (commitsInListener)
                {
                    consumer.Commit(positions);
                }
            });
        first.WaitUntilHandled(Records);
        await using var second = new PlainLoop(Broker.BootstrapServers, topic, group, static (_, _) => { });
        Wait.Until(() => first.Owned == 1 && second.Owned == 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 2, first: Records);
        Wait.Until(() => first.Handled.Contains(Records) ^ second.Handled.Contains(Records) && first.Handled.Contains(Records + 1) ^ second.Handled.Contains(Records + 1));

        Assert.Equal(repeats, first.Handled.Intersect(second.Handled).Count());
    }

    [Fact]
    public async Task Framework_AnotherJoins_RepeatsNothingAlthoughTheIntervalIsAnHour()
    {
        var (topic, group) = await ProduceAsync();
        await using var first = await StartAsync(topic, group);
        first.WaitUntilDone(Records);
        await using var second = await StartAsync(topic, group);
        Wait.Until(() => first.Partitions.Count == 1 && second.Partitions.Count == 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 2, first: Records);
        Wait.Until(() => first.Done.Count + second.Done.Count >= Records + 2);

        Assert.Equal(Enumerable.Range(0, Records + 2), first.Done.Concat(second.Done).Select(static record => record.Number).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plain_Ends_TheOtherTakesOverAtOnceAfterACloseAndAfterTheSessionAfterAKill(bool isKilled)
    {
        var (topic, group) = await ProduceAsync();
        await using var first = new PlainLoop(Broker.BootstrapServers, topic, group, static (_, _) => { });
        await using var second = new PlainLoop(Broker.BootstrapServers, topic, group, static (_, _) => { });
        Wait.Until(() => first.Owned == 1 && second.Owned == 1);

        var endedAt = TimeProvider.System.GetTimestamp();
        await (isKilled ? first.KillAsync() : first.StopAsync());
        Wait.Until(() => second.Owned == 2);
        var took = TimeProvider.System.GetElapsedTime(endedAt);

        Report(isKilled ? "plain, killed" : "plain, woken and closed", took);
        Assert.Equal(isKilled, took > PlainLoop.Session * 0.8);
    }

    [Fact]
    public async Task Framework_Stops_TheOtherTakesOverAtOnce()
    {
        var (topic, group) = await ProduceAsync();
        await using var first = await StartAsync(topic, group);
        await using var second = await StartAsync(topic, group);
        Wait.Until(() => first.Partitions.Count == 1 && second.Partitions.Count == 1);

        var endedAt = TimeProvider.System.GetTimestamp();
        await first.StopAsync();
        Wait.Until(() => second.Partitions.Count == 2);
        var took = TimeProvider.System.GetElapsedTime(endedAt);

        Report("framework, stopped", took);
        Assert.InRange(took, TimeSpan.Zero, PlainLoop.Session * 0.8);
    }

    private async Task<(string Topic, string Group)> ProduceAsync()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        return (topic, KafkaBroker.UniqueName("group"));
    }

    private Task<TestConsumer> StartAsync(string topic, string group) => TestConsumer.StartAsync(Broker, topic, group, configure: static options =>
    {
        options.Commit.Strategy = CommitStrategy.Auto;
        options.Commit.Interval = TimeSpan.FromHours(1);
        options.SessionTimeout = PlainLoop.Session;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(200);
    });

    private static void Report(string what, TimeSpan took) => TestContext.Current.TestOutputHelper?.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{what}: the other owns everything {took.TotalMilliseconds:F0} ms later"));
}
