using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.IntegrationTests.Handling;

/// <summary>A worker's poll fails. The broker must not go on believing in a member that consumes nothing.</summary>
public sealed class RealKafkaWorkerFailureTests(TestBrokers brokers) : BrokerTests(brokers.OfGroups)
{
    private const int Records = 200;

    /// <summary>Half of the session: a member that had not left would still be there.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task Scenario29_Poll_Throws_CommitsLeavesTheGroupAndStartsAgain(PollingSource source)
    {
        await using var consumer = await StartAsync(
            source,
            static (first, handled) => new InterruptedSource(first, () => handled() == Records, static () => new IOException("broken")),
            static options => (options.Commit.Strategy, options.Commit.Interval) = (CommitStrategy.Auto, TimeSpan.FromHours(1)));
        consumer.WaitUntilDone(Records);

        // The poll that brings this one throws.
        await TestProducer.ProduceAsync(Broker.BootstrapServers, _topic, count: 1, first: Records);
        await AssertLeavesAndComesBackAsync(consumer, Records + 1);
        Assert.Equal(Enumerable.Range(0, Records + 1), consumer.Started.Select(static record => record.Number).Order());
    }

    /// <summary>An exception that left the callback would leave a member behind that owns everything and consumes nothing.</summary>
    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task Scenario29_AssignedCallback_Throws_LeavesTheGroupAndStartsAgain(PollingSource source)
    {
        await using var consumer = await StartAsync(
            source, static (first, _) => new InterruptedSource(first, static () => false, events: static events => InterceptedEvents.Failing(events, nameof(ISourceEvents.Assigned))));

        await AssertLeavesAndComesBackAsync(consumer);
        Assert.Equal(Enumerable.Range(0, Records), consumer.Started.Select(static record => record.Number).Order());
    }

    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task Scenario29_RevokedCallback_Throws_StartsAgainAndLosesNothing(PollingSource source)
    {
        await using var consumer = await StartAsync(
            source, static (first, _) => new InterruptedSource(first, static () => false, events: static events => InterceptedEvents.Failing(events, nameof(ISourceEvents.Revoked))));
        consumer.WaitUntilDone(Records);

        await using var second = await TestConsumer.StartAsync(Broker, consumer.Partitions[0].TopicPartition.Topic, Group);
        Wait.Until(() => Failures(consumer) == 1);
        Wait.Until(() => consumer.Partitions.Count == 1 && second.Partitions.Count == 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, consumer.Partitions[0].TopicPartition.Topic, count: 20, first: Records);
        Wait.Until(() => consumer.Done.Count + second.Done.Count >= Records + 20);

        Assert.Equal(Enumerable.Range(0, Records + 20), consumer.Done.Concat(second.Done).Select(static record => record.Number).Order());
        Assert.Equal(1, Failures(consumer));
    }

    /// <summary>
    /// The client has a partition already that the group then gives to it: its own assign call fails inside the callback, and Confluent
    /// says so only to its own consume call, which the native source never makes.
    /// </summary>
    [Fact]
    public async Task Scenario29_AssignInsideTheClient_Fails_LeavesTheGroupAndStartsAgain()
    {
        await using var consumer = await StartAsync(PollingSource.Native, (first, _) =>
        {
            ClientOf((NativeRecordSource)first).Consumer.IncrementalAssign([new TopicPartitionOffset(_topic, 1, Offset.Beginning)]);
            return first;
        });

        await AssertLeavesAndComesBackAsync(consumer);
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "WorkerFailed" && entry.Exception!.Message.Contains("the client announced 2 partitions and holds", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, Records), consumer.Started.Select(static record => record.Number).Order());
    }

    private string Group { get; } = KafkaBroker.UniqueName("group");

    private string _topic = "";

    /// <param name="source">How records are read.</param>
    /// <param name="breakFirst">Breaks the first client; the second argument tells how many records have been handled.</param>
    /// <param name="configure">Has the last word on its options.</param>
    private async Task<TestConsumer> StartAsync(
        PollingSource source, Func<IRecordSource, Func<int>, IRecordSource> breakFirst, Action<KafkaConsumerOptions>? configure = null)
    {
        _topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, _topic, Records);
        var handled = 0;
        var made = 0;
        return await TestConsumer.StartAsync(
            Broker, _topic, Group,
            (_, _, _) =>
            {
                Interlocked.Increment(ref handled);
                return ValueTask.CompletedTask;
            },
            options =>
            {
                options.Polling.Source = source;
                options.MaxPollRecords = 10;
                configure?.Invoke(options);
            },
            services => services.AddSingleton(provider => new WatchedSources(ActivatorUtilities.CreateInstance<RecordSourceFactory>(provider))
            {
                Wrap = client => Interlocked.Increment(ref made) == 1 ? breakFirst(client, () => Volatile.Read(ref handled)) : client,
            }),
            awaitAssignment: false);
    }

    private async Task AssertLeavesAndComesBackAsync(TestConsumer consumer, int records = Records)
    {
        Wait.Until(() => Failures(consumer) == 1);
        var failedAt = TimeProvider.System.GetTimestamp();
        Wait.Until(() => consumer.Consumer.GetSnapshot().Workers[0].State == WorkerState.Restarting);
        await Wait.UntilAsync(async () => await GroupReader.MembersAsync(Broker.BootstrapServers, Group) == 0, Soon);
        TestContext.Current.TestOutputHelper?.WriteLine($"no member {TimeProvider.System.GetElapsedTime(failedAt).TotalMilliseconds:F0} ms after the worker failed");
        consumer.WaitUntilDone(records);
        Assert.Equal(1, Failures(consumer));
        Assert.Equal(1, await GroupReader.MembersAsync(Broker.BootstrapServers, Group));
    }

    private static int Failures(TestConsumer consumer) => consumer.Logs.GetSnapshot().Count(static entry => entry.Id.Name == "WorkerFailed");

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_client")]
    private static extern ref ConsumerClient ClientOf(NativeRecordSource source);
}
