using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.IntegrationTests.Conformance;

/// <summary>How records flow: order, concurrency, back-pressure, pause, assignment, stop; on every broker.</summary>
public abstract class FlowConformanceTests(KafkaBroker broker, PollingSource source) : ConformanceTests(broker, source)
{
    [Theory]
    [InlineData(RecordOrdering.Partition)]
    [InlineData(RecordOrdering.Key)]
    public async Task Order_HandlersRunSideBySide_IsKeptWithinThePartitionOrKey(RecordOrdering ordering)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        await ProduceKeyedAsync(topic, keys: 8, perKey: 25);
        var running = new int[8];
        var mostRunning = 0;
        var overlaps = 0;
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            async (record, context, token) =>
            {
                var lane = ordering == RecordOrdering.Key ? context.RawKey[0] : record.Partition;
                overlaps += Interlocked.Increment(ref running[lane]) > 1 ? 1 : 0;
                mostRunning = Math.Max(mostRunning, running.Sum());
                await Task.Delay(Random.Shared.Next(4), token);
                Interlocked.Decrement(ref running[lane]);
            },
            options =>
            {
                options.Ordering = ordering;
                options.MaxConcurrency = 8;
            });

        consumer.WaitUntilDone(200);
        consumer.WaitUntilLagIsZero();
        Assert.Equal(0, overlaps);
        Assert.True(mostRunning > 1, "Nothing ran side by side.");
        foreach (var key in Enumerable.Range(0, 8))
        {
            Assert.Equal(Enumerable.Range(0, 25), consumer.Done.Where(record => record.Number / 25 == key).Select(record => record.Number % 25));
        }
    }

    [Fact]
    public async Task MaxConcurrency1_HandlerBlocks_RunsOnTheWorkersOwnThread()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        var threads = new HashSet<string?>();
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), (_, _, _) =>
        {
            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            threads.Add(Thread.CurrentThread.Name);
            return ValueTask.CompletedTask;
        });

        consumer.WaitUntilDone(5);
        Assert.Equal(["numbers/0 handler"], threads);
    }

    [Fact]
    public async Task BackPressure_BufferIsSmallAndHandlersAreSlow_HoldsThePartitionsAndLosesNothing()
    {
        const int buffer = 20, poll = 10, prefetch = 50, batch = 10, batchesOfFetch = 4;
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        using (var producer = TestProducer.Build(Broker.BootstrapServers, config => config.BatchNumMessages = batch))
        {
            for (var number = 0; number < 600; number++)
            {
                producer.Produce(new TopicPartition(topic, number % 2), TestProducer.Message(number));
            }

            producer.Flush(TestContext.Current.CancellationToken);
        }

        var mostBuffered = 0;
        var sawBackPressure = false;
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            async (_, _, token) => await Task.Delay(2, token),
            options =>
            {
                options.MaxPollRecords = poll;
                options.Buffer.MaxRecords = buffer;
                options.MaxPartitionFetchBytes = 1_024;
                options.Client["queued.min.messages"] = $"{prefetch}";
            });

        Wait.Until(() =>
        {
            foreach (var partition in consumer.Partitions)
            {
                mostBuffered = Math.Max(mostBuffered, partition.Buffered);
                sawBackPressure |= partition.State == PartitionState.BackPressure;
            }

            return consumer.Done.Count >= 600;
        });
        consumer.WaitUntilLagIsZero();
        Assert.True(sawBackPressure, "The partitions were never held.");

        // The managed source pauses, which throws the prefetched records away. The native one detaches the partition's queue, and what the
        // client had prefetched by then (its queue, and one fetch that found the queue not full) still comes.
        var bound = buffer + poll + (Source == PollingSource.Managed ? 0 : prefetch + (batch * batchesOfFetch));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Source}: {mostBuffered} of at most {bound} buffered");
        Assert.InRange(mostBuffered, 1, bound);
        Assert.Equal(Enumerable.Range(0, 600), consumer.Done.Select(record => record.Number).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scenario20_BackPressure_PartitionGoesAndComesBack_ItsRecordsFlow(bool isHeldWhenItGoes)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 200);
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await StartAsync(
            topic, group,
            async (_, _, token) => await mayGoOn.Task.WaitAsync(token),
            options =>
            {
                options.MaxConcurrency = 2;
                options.MaxPollRecords = 10;
                options.Buffer.MaxRecords = 20;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(200);
            });
        Wait.Until(() => consumer.Partitions is { Count: 2 } partitions && partitions.All(static partition => partition.State == PartitionState.BackPressure));
        if (!isHeldWhenItGoes)
        {
            mayGoOn.SetResult();
            consumer.WaitUntilDone(200);
            consumer.WaitUntilLagIsZero();
        }

        // It takes one of them, and gives it back.
        await using (var other = await StartAsync(topic, group, static (_, _, _) => ValueTask.CompletedTask))
        {
            Wait.Until(() => consumer.Partitions.Count == 1 && other.Partitions.Count == 1);
            other.WaitUntilLagIsZero();
        }

        Wait.Until(() => consumer.Partitions.Count == 2);
        mayGoOn.TrySetResult();
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20, first: 200);

        Wait.Until(() => Enumerable.Range(200, 20).All(consumer.Done.Select(static record => record.Number).Contains));
        consumer.WaitUntilLagIsZero();
    }

    [Fact]
    public async Task Pause_InCode_StopsFetchingUntilResume()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10);
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), configure: options => options.StartPaused = true);

        Wait.Until(() => consumer.Partitions is { Count: 2 } partitions && partitions.All(partition => partition.State == PartitionState.Paused));
        Assert.Empty(consumer.Started);
        consumer.Consumer.Resume();
        consumer.WaitUntilDone(10);
        consumer.Consumer.Pause();
        Wait.Until(() => consumer.Partitions.All(partition => partition.State == PartitionState.Paused));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10, first: 10);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TestConsumer.Never(() => consumer.Started.Count > 10));
        consumer.Consumer.Resume();
        consumer.WaitUntilDone(20);
    }

    [Fact]
    public async Task Stop_ConsumerIsIdle_IsNoticedWithin100MillisecondsAndTakesLessThanASecond()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"));

        var noticed = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            Wait.Until(() => consumer.Partitions is [{ Lag: 0 }]);
            var startedAt = TimeProvider.System.GetTimestamp();
            var stopping = consumer.Consumer.StopAsync(TestContext.Current.CancellationToken);
            SpinWait.SpinUntil(() => consumer.Consumer.GetSnapshot().Workers[0].State is WorkerState.Stopping or WorkerState.Stopped);
            noticed.Add(TimeProvider.System.GetElapsedTime(startedAt).TotalMilliseconds);
            await stopping;
            Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            consumer.Consumer.Start();
        }

        // The median: a machine that is busy with something else may hold up one of them.
        Assert.InRange(noticed.Order().ElementAt(2), 0, 100);
    }

    [Fact]
    public async Task Trace_OfTheProducer_IsContinuedByTheHandler()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        const string traceId = "0af7651916cd43dd8448eb211c80319c";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Consumers.Framework",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using (var producer = TestProducer.Build(Broker.BootstrapServers))
        {
            var message = TestProducer.Message(1);
            message.Headers.Add("traceparent", Encoding.ASCII.GetBytes($"00-{traceId}-b7ad6b7169203331-01"));
            await producer.ProduceAsync(topic, message, TestContext.Current.CancellationToken);
        }

        var traces = new ConcurrentQueue<string?>();
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), async (_, _, _) =>
        {
            traces.Enqueue(Activity.Current?.TraceId.ToString());
            await Task.Yield();
            traces.Enqueue(Activity.Current?.TraceId.ToString());
        });

        consumer.WaitUntilDone(1);
        Assert.Equal([traceId, traceId], traces);
    }

    [Fact]
    public async Task Run_ConsumerGroupProtocol_HandlesEachOnceAndCommitsAll()
    {
        await RequireAsync(BrokerCapabilities.ConsumerProtocol);
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 100);

        await using var consumer = await StartAsync(
            topic, group, configure: options => options.Workers = 2, protocol: Configuration.GroupProtocol.Consumer);

        consumer.WaitUntilDone(100);
        consumer.WaitUntilLagIsZero();
        await consumer.StopAsync();
        Assert.Equal(Enumerable.Range(0, 100), consumer.Done.Select(record => record.Number).Order());
        Assert.Equal(100, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 4)).Values.Sum());
    }

    [Fact]
    public async Task Stop_BeforeTheFirstAssignmentAndTwice_DoesNotHang()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), awaitAssignment: false);

        await consumer.Consumer.StopAsync(TestContext.Current.CancellationToken);
        await consumer.Consumer.StopAsync(TestContext.Current.CancellationToken);
        consumer.Consumer.Start();
        await consumer.Consumer.WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1);
        consumer.WaitUntilDone(1);
        await consumer.StopAsync();
        await consumer.StopAsync();
    }

    [Fact]
    public async Task Assign_ExplicitPartitionsOfAGroup_HandlesThoseOnlyAndCommitsThem()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 4);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 40);

        await using var consumer = await StartAsync(topic: null, group, configure: options =>
        {
            options.Partitions[topic] = [1, 3];
            options.Workers = 2;
        });

        consumer.WaitUntilDone(20);
        consumer.WaitUntilLagIsZero();
        Assert.Equal([1, 3], consumer.Done.Select(record => record.Partition).Distinct().Order());
        await consumer.StopAsync();
        Assert.Equal([-1001, 10, -1001, 10], (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 4)).OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Fact]
    public async Task Assign_ExplicitPartitionsWithoutAGroup_HandlesThemAndCommitsNothing()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        for (var run = 0; run < 2; run++)
        {
            await using var consumer = await StartAsync(topic: null, group: null, configure: options => options.Partitions[topic] = [0]);
            consumer.WaitUntilDone(5);
            Assert.Null(consumer.Partition(0).Committed);
        }
    }

    [Fact]
    public async Task BootstrapServers_TheFirstIsDead_UsesTheOther()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1);
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"), configure: options => options.BootstrapServers = $"127.0.0.1:1,{Broker.BootstrapServers}");
        consumer.WaitUntilDone(1);
    }

    [Fact]
    public async Task AutoOffsetReset_NoCommittedOffset_DoesAsConfigured()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 5);
        await using (var latest = await StartAsync(
            topic, KafkaBroker.UniqueName("group"), configure: options => options.AutoOffsetReset = OffsetReset.Latest))
        {
            Wait.Until(() => latest.Partitions is [{ HighWatermark: 5 }]);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1, first: 5);
            latest.WaitUntilDone(1);
            Assert.Equal([5], latest.Done.Select(record => record.Number));
        }

        await using var none = await StartAsync(
            topic, KafkaBroker.UniqueName("group"), configure: options => options.AutoOffsetReset = OffsetReset.None);
        Wait.Until(() => none.Partitions is [{ State: PartitionState.NoOffset }]);
        Assert.Empty(none.Started);
    }

    [Fact]
    public async Task Handler_Scoped_HasAScopeOfItsOwnForEveryAttempt()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);
        var scopes = new ScopeLog();
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), services: services =>
        {
            services.AddSingleton(scopes);
            services.AddScoped<ScopedService>();
            services.AddKafkaConsumer<ScopedHandler>("scoped", options =>
            {
                options.Topics = [topic];
                options.GroupId = KafkaBroker.UniqueName("group");
                options.Polling.Source = Source;
                options.FetchMaxWait = TimeSpan.FromMilliseconds(10);
                options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
            });
        });

        Wait.Until(() => scopes.Ended.Count == 4);
        Assert.Equal(["0", "1", "1", "2"], scopes.Begun);
        Assert.Equal(4, scopes.Ended.Distinct().Count());
    }

    [Fact]
    public async Task Context_Headers_KeyAndTimestampAreTheRecords()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var timestamp = new Timestamp(new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        using (var producer = TestProducer.Build(Broker.BootstrapServers))
        {
            await producer.ProduceAsync(
                topic,
                new() { Key = "key"u8.ToArray(), Value = "7"u8.ToArray(), Timestamp = timestamp, Headers = new Headers { { "a", [1] }, { "a", [2] }, { "empty", [] }, { "null", null! } } },
                TestContext.Current.CancellationToken);
        }

        ConsumeContext kept = default;
        string? failure = null;
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), (_, context, _) =>
        {
            kept = context;
            failure =
                context.Topic != topic ? "topic"
                : context.GetKey<string>() != "key" || Encoding.UTF8.GetString(context.RawKey) != "key" ? "key"
                : context.Timestamp != timestamp ? "timestamp"
                : context.Headers.Count != 4 || context.Headers.GetLastBytes("a")[0] != 2 || context.Headers.GetLastBytes("null") is not null ? "headers"
                : context.RawValue[0] != (byte)'7' ? "value"
                : null;
            return ValueTask.CompletedTask;
        });

        consumer.WaitUntilDone(1);
        consumer.WaitUntilLagIsZero();
        Assert.Null(failure);
        Assert.Throws<ObjectDisposedException>(() => kept.Offset);
    }

    /// <summary>A partition is empty, another one was read by the group before: both are at their end at once.</summary>
    [Fact]
    public async Task WaitForCatchUp_RecordsAreThere_EndsWhenTheyAreHandled()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 3);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10, partition: 0);
        await using (var before = await StartAsync(topic, group))
        {
            await CatchUpAsync(before);
            Assert.Equal(10, before.Done.Count);
        }

        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 200, partition: 1);
        await using var consumer = await StartAsync(topic, group, async (_, _, token) => await Task.Delay(1, token));

        await CatchUpAsync(consumer);

        Assert.Equal(200, consumer.Done.Count);
        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Id.Name == "CaughtUp"));
        Assert.Single(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "CaughtUp");
    }

    /// <summary>What a test does again and again: it produces, waits, and looks at what came of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitForCatchUp_RightAfterProducing_EndsWhenThoseRecordsAreHandledAndCommitted(bool ofTheRecord)
    {
        const int Rounds = 20;
        const int PerRound = 5;
        var topic = await Broker.CreateTopicAsync(partitions: 3);
        var group = KafkaBroker.UniqueName("group");
        await using var consumer = await StartAsync(topic, group, async (_, _, token) => await Task.Delay(1, token));
        await CatchUpAsync(consumer);
        for (var round = 0; round < Rounds; round++)
        {
            var partition = round % 2;
            var produced = await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: PerRound, partition: partition);

            await CatchUpAsync(consumer, ofTheRecord ? produced[^1] : null);

            Assert.Equal((round + 1) * PerRound, consumer.Done.Count);
            Assert.Equal(((round / 2) + 1) * PerRound, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, partitions: 3))[partition]);
        }
    }

    private static async Task CatchUpAsync(TestConsumer consumer, TopicPartitionOffset? record = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await (record is null ? consumer.Consumer.WaitForCatchUpAsync(limit.Token) : consumer.Consumer.WaitForCatchUpAsync(record, limit.Token));
    }

    private async Task ProduceKeyedAsync(string topic, int keys, int perKey)
    {
        using var producer = TestProducer.Build(Broker.BootstrapServers);
        for (var index = 0; index < perKey; index++)
        {
            for (var key = 0; key < keys; key++)
            {
                var message = TestProducer.Message((key * perKey) + index);
                message.Key = [(byte)key];
                producer.Produce(new TopicPartition(topic, key % 4), message);
            }
        }

        producer.Flush(TestContext.Current.CancellationToken);
    }
}

public sealed class EmbeddedNativeFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.Embedded, PollingSource.Native);

public sealed class EmbeddedManagedFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.Embedded, PollingSource.Managed);

public sealed class RealKafkaNativeFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.Real, PollingSource.Native);

public sealed class RealKafkaManagedFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.Real, PollingSource.Managed);

public sealed class TestcontainersFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.Testcontainers, PollingSource.Auto);

public sealed class ExternalFlowConformanceTests(TestBrokers brokers) : FlowConformanceTests(brokers.External, PollingSource.Auto);
