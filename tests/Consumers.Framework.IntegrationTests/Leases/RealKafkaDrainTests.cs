using System.Collections.Concurrent;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A second member takes one of two partitions while the handlers of the first are at work, fail, wait or do not come back.</summary>
public sealed class RealKafkaDrainTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases)
{
    private const int Records = 20;
    private const int Caught = 3;

    // Far from the drain timeout of 19 s, and far from what a rebalance takes.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    public static TheoryData<PartitionAssignor?, GroupProtocol> Protocols => new()
    {
        { PartitionAssignor.Range, GroupProtocol.Classic },
        { PartitionAssignor.CooperativeSticky, GroupProtocol.Classic },
        { null, GroupProtocol.Consumer },
    };

    [Theory, MemberData(nameof(Protocols))]
    public async Task Scenario16_Revoked_HandlerDoesNotFinish_IsCancelledAtTheDeadlineAndIsAllThatIsRepeated(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var cancelled = new ConcurrentQueue<(int, long)>();
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await StartAsync(
            assignor, protocol,
            async (record, _, token) =>
            {
                if (record.Offset != Caught)
                {
                    return;
                }

                try
                {
                    await mayEnd.Task.WaitAsync(token);
                }
                catch (OperationCanceledException)
                {
                    cancelled.Enqueue((record.Partition, record.Offset));
                    throw;
                }
            },
            options => options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(500));
        Wait.Until(() => pair.First.Started.Count(static record => record.Offset == Caught) == 2);

        var taken = await pair.JoinAsync();
        pair.Second.WaitUntilDone(Records / 2 - Caught);
        mayEnd.SetResult();
        Wait.Until(() => pair.First.Done.Count + pair.Second.Done.Count == Records);

        Assert.Contains((taken, Caught), cancelled);
        Assert.Equal(cancelled.Order(), pair.Repeated());
        Assert.Equal(Caught, pair.Second.Started.First(record => record.Partition == taken).Offset);
        var warning = pair.First.Logs.GetSnapshot().First(entry => entry.Id.Name == "DrainTimedOut" && entry.Message.Contains($"[{taken}]", StringComparison.Ordinal));
        Assert.Contains($"offset {Caught}", warning.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Scenario17_Revoked_HandlerThenFails_HandsOverAtOnce(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var isBroken = true;
        var mayFail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await StartAsync(assignor, protocol, async (record, _, _) =>
        {
            if (record.Offset == Caught && Volatile.Read(ref isBroken))
            {
                await mayFail.Task;
                throw new IOException("broken");
            }
        });
        Wait.Until(() => pair.First.Started.Count(static record => record.Offset == Caught) == 2);

        var joining = pair.JoinAsync();
        Wait.Until(() => pair.First.Consumer.GetSnapshot().Workers[0].State == WorkerState.Rebalancing);
        var failedAt = TimeProvider.System.GetTimestamp();
        mayFail.SetResult();
        var taken = await joining;
        var took = TimeProvider.System.GetElapsedTime(failedAt);
        Volatile.Write(ref isBroken, false);
        Wait.Until(() => pair.First.Done.Count + pair.Second.Done.Count == Records);

        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.Equal(Caught, pair.Second.Started.First(record => record.Partition == taken).Offset);
        Assert.Equal(Records, pair.Done().Distinct().Count());
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Scenario19_Revoked_RecordInBackoff_HandsItOverAndTheRetainedOneIsTriedOn(PartitionAssignor? assignor, GroupProtocol protocol)
    {
        var isBroken = true;
        await using var pair = await StartAsync(
            assignor, protocol,
            (record, _, _) => record.Offset == Caught && Volatile.Read(ref isBroken) ? throw new IOException("broken") : ValueTask.CompletedTask,
            options =>
            {
                options.Failures.Retry.MaxAttempts = 100;
                options.Failures.Retry.Delay = options.Failures.Retry.MaxDelay = TimeSpan.FromSeconds(2);
                options.Failures.Retry.Jitter = false;
            });
        Wait.Until(() => pair.First.Partitions is { Count: 2 } partitions && partitions.All(static partition => partition.State == PartitionState.Retrying));

        var startedAt = TimeProvider.System.GetTimestamp();
        var taken = await pair.JoinAsync();
        var took = TimeProvider.System.GetElapsedTime(startedAt);
        pair.Second.WaitUntilDone(Records / 2 - Caught);
        Wait.Until(() => pair.First.Partitions is [{ State: PartitionState.Retrying, Failing.Offset: Caught }]);
        Volatile.Write(ref isBroken, false);
        Wait.Until(() => pair.First.Done.Count + pair.Second.Done.Count == Records);

        Assert.InRange(took, TimeSpan.Zero, AtOnce);
        Assert.Equal(1, pair.Second.Started.First(record => record.Partition == taken).Attempt);
        Assert.Equal(Enumerable.Range(0, Records), pair.First.Done.Concat(pair.Second.Done).Select(static record => record.Number).Order());
    }

    /// <summary>The poll thread stands in the revocation for all of it. The heartbeats, the client's own, go on.</summary>
    [Theory]
    [InlineData(PartitionAssignor.Range)]
    [InlineData(PartitionAssignor.CooperativeSticky)]
    public async Task Scenario30_Drain_LongerThanTheSession_KeepsTheMembershipAndRepeatsNothing(PartitionAssignor assignor)
    {
        var session = TimeSpan.FromSeconds(2);
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pair = await StartAsync(
            assignor, GroupProtocol.Classic,
            async (record, _, token) =>
            {
                if (record.Offset == Caught)
                {
                    await mayEnd.Task.WaitAsync(token);
                }
            },
            options => options.SessionTimeout = session);
        Wait.Until(() => pair.First.Started.Count(static record => record.Offset == Caught) == 2);

        var joining = pair.JoinAsync();
        Wait.Until(() => pair.First.Consumer.GetSnapshot().Workers[0].State == WorkerState.Rebalancing);
        var drainingSince = TimeProvider.System.GetTimestamp();
        Wait.Until(() => TimeProvider.System.GetElapsedTime(drainingSince) > session * 2);
        Assert.False(joining.IsCompleted);
        mayEnd.SetResult();
        await joining;
        Wait.Until(() => pair.First.Done.Count + pair.Second.Done.Count == Records);

        Assert.Empty(pair.Repeated());
        Assert.DoesNotContain(pair.First.Logs.GetSnapshot(), static entry => entry.Message.Contains("partitions lost", StringComparison.Ordinal));
    }

    private async Task<Pair> StartAsync(
        PartitionAssignor? assignor,
        GroupProtocol protocol,
        Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle,
        Action<KafkaConsumerOptions>? configure = null)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records);
        return new Pair(await JoinAsync(handle), () => JoinAsync(static (_, _, _) => ValueTask.CompletedTask));

        Task<TestConsumer> JoinAsync(Func<HandledRecord, ConsumeContext, CancellationToken, ValueTask> handle) => TestConsumer.StartAsync(
            Broker, topic, group, handle,
            options =>
            {
                options.Assignor = assignor;
                options.MaxConcurrency = 2;
                configure?.Invoke(options);
            },
            protocol: protocol);
    }

    /// <summary>The first member, and the second one once it has joined; its handlers just return.</summary>
    private sealed class Pair(TestConsumer first, Func<Task<TestConsumer>> joinAsync) : IAsyncDisposable
    {
        private TestConsumer? _second;

        public TestConsumer First => first;

        public TestConsumer Second => _second!;

        /// <returns>The partition that the second member has taken.</returns>
        public async Task<int> JoinAsync()
        {
            _second = await joinAsync();
            Wait.Until(() => Second.Partitions.Count == 1);
            return Second.Partitions[0].TopicPartition.Partition.Value;
        }

        public IEnumerable<(int Partition, long Offset)> Done() => first.Done.Concat(Second.Done).Select(static record => (record.Partition, record.Offset));

        public IEnumerable<(int Partition, long Offset)> Repeated() => first.Started.Concat(Second.Started)
            .GroupBy(static record => (record.Partition, record.Offset)).Where(static group => group.Count() > 1).Select(static group => group.Key).Order();

        public async ValueTask DisposeAsync()
        {
            await first.DisposeAsync();
            if (_second is not null)
            {
                await _second.DisposeAsync();
            }
        }
    }
}
