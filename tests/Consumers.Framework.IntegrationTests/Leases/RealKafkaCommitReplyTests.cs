using System.Collections.Concurrent;
using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.Logging.Testing;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>
/// Commits whose answers come late, or never, while partitions change hands. What counts is what the broker wrote down: offsets of a partition
/// never fall, and never pass what had been handled by then.
/// </summary>
public sealed class RealKafkaCommitReplyTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases, BrokerCapabilities.OffsetsTopic | BrokerCapabilities.Process)
{
    private const int Partitions = 4;

    private static readonly TimeSpan Held = TimeSpan.FromSeconds(8);

    /// <summary>Under KIP-848 a joiner may have to wait for it.</summary>
    private static readonly TimeSpan MaxPollInterval = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<(int Partition, long Offset, DateTimeOffset At)> _handled = new();

    public static TheoryData<CommitStrategy, GroupProtocol> Rows => new()
    {
        { CommitStrategy.Async, GroupProtocol.Classic },
        { CommitStrategy.PerRecord, GroupProtocol.Classic },
        { CommitStrategy.Sync, GroupProtocol.Consumer },
    };

    [Theory, MemberData(nameof(Rows))]
    public async Task Scenario05_AnswerIsHeldForEightSecondsAndCut_WhileAMemberJoins(CommitStrategy strategy, GroupProtocol protocol)
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        var group = KafkaBroker.UniqueName("group");
        const int first = 400, later = 200;
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, first);
        await using var proxy = ((RealKafkaBroker)Broker).OpenGroupProxy();
        await using var slow = await StartAsync(topic, group, strategy, protocol, proxy.BootstrapServers);
        slow.WaitUntilDone(40);

        await proxy.HoldNextCommit(Held).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var heldAt = TimeProvider.System.GetTimestamp();
        await using var joiner = await StartAsync(topic, group, strategy, protocol, Broker.BootstrapServers, awaitAssignment: false);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, later, first);
        Wait.Until(() => joiner.Partitions.Count == 2, TimeSpan.FromMinutes(1));
        var joined = TimeProvider.System.GetElapsedTime(heldAt);
        joiner.WaitUntilLagIsZero(TimeSpan.FromMinutes(1));
        slow.WaitUntilLagIsZero(TimeSpan.FromMinutes(1));
        await joiner.StopAsync();
        await slow.StopAsync();

        Assert.Equal(Enumerable.Range(0, first + later), slow.Done.Concat(joiner.Done).Select(record => record.Number).Distinct().Order());
        AssertCommitsOnlyGrowAndFollowTheHandlers(group);
        Assert.Equal(first + later, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
        TestContext.Current.TestOutputHelper?.WriteLine($"{strategy}, {protocol}: {slow.Done.Count + joiner.Done.Count - first - later} repeated of {first + later}; the joiner had its partitions {joined.TotalSeconds:F1} s after the answer was held");
    }

    [Fact]
    public async Task Scenario03_BrokerTakesALiveMemberForDead_NothingIsCommittedAfterTheLoss()
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        var group = KafkaBroker.UniqueName("group");
        const int count = 1_000;
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count);
        await using var proxy = ((RealKafkaBroker)Broker).OpenGroupProxy();
        await using var unheard = await StartAsync(topic, group, CommitStrategy.PerRecord, GroupProtocol.Classic, proxy.BootstrapServers);
        unheard.WaitUntilDone(40);

        proxy.SwallowsHeartbeats = true;
        Wait.Until(() => unheard.Logs.GetSnapshot().Any(static entry => entry.Message.Contains("partitions lost", StringComparison.Ordinal)));
        await using var other = await StartAsync(topic, group, CommitStrategy.PerRecord, GroupProtocol.Classic, Broker.BootstrapServers);
        proxy.SwallowsHeartbeats = false;
        Wait.Until(() => unheard.Done.Concat(other.Done).Select(static record => record.Number).Distinct().Count() == count, TimeSpan.FromMinutes(1));
        other.WaitUntilLagIsZero();
        await other.StopAsync();
        await unheard.StopAsync();

        AssertCommitsOnlyGrowAndFollowTheHandlers(group);
        var callbacks = unheard.Logs.GetSnapshot().Where(static entry => entry.Id.Name == "Rebalanced").ToList();
        var lost = callbacks.FindIndex(static entry => entry.GetStructuredStateValue("Kind") == "lost");
        var assigned = callbacks.FindIndex(lost, static entry => entry.GetStructuredStateValue("Kind") == "assigned" && entry.GetStructuredStateValue("Count") != "0");

        // Each is logged at its end.
        var lostAt = BeginOf(callbacks[lost]);
        var until = assigned < 0 ? DateTimeOffset.MaxValue : BeginOf(callbacks[assigned]);
        Assert.DoesNotContain(proxy.Commits, at => at > lostAt && at < until);
        Assert.Equal(count, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic)).Values.Sum());
    }

    /// <summary>
    /// The client does not ask for the assignment again (2.16.0), so the group waits for the member that has not heard of it, which goes on
    /// meanwhile, until the broker puts that one out.
    /// </summary>
    [Fact]
    public async Task Heartbeat_AnswerWithTheNewAssignmentIsLost_TheOwnerGoesOnAndTheJoinerHasItsShareAfterMaxPollInterval()
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        var group = KafkaBroker.UniqueName("group");
        const int count = 40;
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count);
        await using var proxy = ((RealKafkaBroker)Broker).OpenGroupProxy();
        await using var owner = await StartAsync(topic, group, CommitStrategy.Async, GroupProtocol.Consumer, proxy.BootstrapServers);
        owner.WaitUntilLagIsZero();

        proxy.SwallowsHeartbeatAnswers = true;
        var startedAt = TimeProvider.System.GetTimestamp();
        await using var joiner = await StartAsync(topic, group, CommitStrategy.Async, GroupProtocol.Consumer, Broker.BootstrapServers, awaitAssignment: false);
        await Wait.UntilAsync(async () => await GroupReader.MembersAsync(Broker.BootstrapServers, group) == 2);
        var swallowed = proxy.SwallowedHeartbeatAnswers;
        Wait.Until(() => proxy.SwallowedHeartbeatAnswers > swallowed);
        proxy.SwallowsHeartbeatAnswers = false;

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count, first: count);
        Wait.Until(() => owner.Done.Count + joiner.Done.Count == 2 * count, TimeSpan.FromSeconds(10));
        Wait.Until(() => owner.Partitions.Count == 2 && joiner.Partitions.Count == 2, MaxPollInterval + TimeSpan.FromSeconds(15));
        TestContext.Current.TestOutputHelper?.WriteLine($"the joiner had its partitions after {TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds:F1} s");

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count, first: 2 * count);
        Wait.Until(() => owner.Done.Count + joiner.Done.Count >= 3 * count);
        owner.WaitUntilLagIsZero();
        joiner.WaitUntilLagIsZero();
        Assert.Equal(Enumerable.Range(0, 3 * count), owner.Done.Concat(joiner.Done).Select(static record => record.Number).Order());
        AssertCommitsOnlyGrowAndFollowTheHandlers(group);
    }

    private static DateTimeOffset BeginOf(FakeLogRecord callback) =>
        callback.Timestamp - TimeSpan.Parse(callback.GetStructuredStateValue("Duration")!, CultureInfo.InvariantCulture);

    private void AssertCommitsOnlyGrowAndFollowTheHandlers(string group)
    {
        var handled = _handled.ToLookup(static record => record.Partition);
        foreach (var partition in ConsumerOffsetsReader.ReadCommits(Broker.BootstrapServers, group).Where(static commit => commit.Offset is not null)
            .GroupBy(static commit => commit.Partition.Partition.Value))
        {
            Assert.Equal(partition.Select(static commit => commit.Offset).Order(), partition.Select(static commit => commit.Offset));
            foreach (var commit in partition)
            {
                // The broker's clock has milliseconds.
                var byThen = handled[partition.Key].Where(record => record.At < commit.Time.AddMilliseconds(1)).Select(static record => record.Offset).ToHashSet();
                Assert.True(
                    Enumerable.Range(0, (int)commit.Offset!.Value).All(offset => byThen.Contains(offset)),
                    $"{commit.Partition.Partition.Value}@{commit.Offset} was committed at {commit.Time:HH:mm:ss.fff} before all of it had been handled.");
            }
        }
    }

    private Task<TestConsumer> StartAsync(
        string topic, string group, CommitStrategy strategy, GroupProtocol protocol, string servers, bool awaitAssignment = true) => TestConsumer.StartAsync(
            Broker, topic, group,
            async (record, _, token) =>
            {
                await Task.Delay(Random.Shared.Next(8), token);
                _handled.Enqueue((record.Partition, record.Offset, TimeProvider.System.GetUtcNow()));
            },
            options =>
            {
                options.BootstrapServers = servers;
                options.Commit.Strategy = strategy;
                options.MaxConcurrency = 2;
                options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(5);
                options.MaxPollInterval = MaxPollInterval;
                if (protocol == GroupProtocol.Classic)
                {
                    options.SessionTimeout = TimeSpan.FromSeconds(10);
                }
            },
            protocol: protocol, awaitAssignment: awaitAssignment);
}
