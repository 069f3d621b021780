using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Two groups read one topic in one host. What becomes of one is nothing to the other.</summary>
[RunsAlone]
public sealed class RealKafkaNeighbourTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.StaticMembership)
{
    private const string Neighbour = "neighbour";
    private const string InstanceId = "neighbour-0";
    private const int Partitions = 4;
    private const int Attempts = 10;
    private const double MostLoss = 0.05;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    public enum Fault
    {
        /// <summary>Its handlers fail, so that its partitions are blocked.</summary>
        Blocked,

        /// <summary>Its handlers do not return and take no notice of their tokens.</summary>
        Stuck,

        /// <summary>Its client fails, again and again.</summary>
        Dead,

        /// <summary>Another member has taken its instance id.</summary>
        Fenced,
    }

    [Theory]
    [InlineData(Fault.Blocked)]
    [InlineData(Fault.Stuck)]
    [InlineData(Fault.Dead)]
    [InlineData(Fault.Fenced)]
    public async Task Neighbour_IsBlockedOrDeadOrFenced_RateOfTheOtherGroupStaysTheSame(Fault fault)
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        var groupOfNeighbour = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40_000);
        var body = new NeighbourBody();
        using var release = new CancellationTokenSource();
        await using var steady = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"), static async (_, _, token) => await Task.Delay(TimeSpan.FromMilliseconds(10), token),
            static options => options.MaxConcurrency = Partitions,
            services => services.AddSingleton(body).AddKafkaConsumer<NeighbourHandler>(Neighbour, options =>
            {
                options.Topics = [topic];
                options.GroupId = groupOfNeighbour;
                options.GroupInstanceId = InstanceId;
                options.MaxConcurrency = Partitions;
                options.SessionTimeout = TimeSpan.FromSeconds(10);
                options.HeartbeatInterval = TimeSpan.FromSeconds(0.5);
                options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(1);
            }));
        var neighbour = steady.Services.GetRequiredService<IKafkaConsumers>()[Neighbour];
        await neighbour.WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        Wait.Until(() => neighbour.GetSnapshot().Handled > 1_000 && steady.Done.Count > 1_000);
        var before = await RateAsync(steady);

        using var thief = await BringAboutAsync(fault, body, steady, neighbour, topic, groupOfNeighbour, release.Token);

        // The machine may do something else just then; the neighbour's doing would show every time. A neighbour that works no more leaves more
        // of the machine to the other: that is no harm.
        var loss = double.MaxValue;
        for (var attempt = 0; attempt < Attempts && loss > MostLoss; attempt++)
        {
            var now = await RateAsync(steady);
            loss = 1 - (now / before);
            TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: {before:F1} records a second before, {now:F1} now: {-loss:P1}");
        }

        await release.CancelAsync();
        Assert.InRange(loss, -1, MostLoss);
    }

    private static async Task<double> RateAsync(TestConsumer consumer)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var count = consumer.Done.Count;
        await Task.Delay(Window, TestContext.Current.CancellationToken);
        return (consumer.Done.Count - count) / TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds;
    }

    private async Task<IDisposable?> BringAboutAsync(
        Fault fault, NeighbourBody body, TestConsumer host, IKafkaConsumer neighbour, string topic, string group, CancellationToken release)
    {
        WorkerSnapshot Worker() => neighbour.GetSnapshot().Workers[0];
        switch (fault)
        {
            case Fault.Blocked:
                body.Handle = static _ => throw new PermanentFailureException("The test says so.");
                Wait.Until(() => Worker().Partitions.Count == Partitions && Worker().Partitions.All(static partition => partition.State == PartitionState.Blocked));
                return null;
            case Fault.Stuck:
                body.Handle = async _ => await Task.Delay(Timeout.Infinite, release).ContinueWith(static _ => { }, CancellationToken.None);
                Wait.Until(() => Worker().Partitions.All(static partition => partition.OldestInFlightAge > TimeSpan.FromSeconds(0.5)));
                return null;
            case Fault.Dead:
                await neighbour.StopAsync(TestContext.Current.CancellationToken);
                host.Sources.Wrap = static source => new InterruptedSource(source, static () => true);
                neighbour.Start();
                Wait.Until(() => Worker().State == WorkerState.Restarting);
                return null;
            default:
                var thief = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
                {
                    BootstrapServers = Broker.BootstrapServers,
                    GroupId = group,
                    GroupInstanceId = InstanceId,
                    PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
                    EnableAutoCommit = false,
                }).Build();
                thief.Subscribe(topic);
                Wait.Until(() =>
                {
                    thief.Consume(TimeSpan.FromMilliseconds(20));
                    return Worker().State == WorkerState.Fenced;
                });
                return thief;
        }
    }
}
