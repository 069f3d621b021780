using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Every record that the native source hands out is released exactly once, however it ends. Beyond these tests, each test with a
/// <see cref="TestConsumer"/> fails when a record of it stays handed out.
/// </summary>
public abstract class RecordReleaseTests(KafkaBroker broker) : ConformanceTests(broker, PollingSource.Auto)
{
    [Fact]
    public async Task Stop_RecordsAreHandled_NothingIsPinnedWhenTheHostHasStopped()
    {
        var topic = await ProduceAsync(partitions: 4, count: 500);
        await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), configure: static options => options.Workers = 2);
        consumer.WaitUntilDone(500);

        await consumer.StopAsync();

        // Auto is native here.
        Assert.Equal(2, consumer.Sources.Readers.Count());
        Assert.InRange(consumer.Sources.HandedOut, 500, long.MaxValue);
        Assert.Equal(0, consumer.Sources.Pinned);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Stop_RecordsAreRetriedSkippedAndTombstones_NothingIsPinned(int maxConcurrency)
    {
        var topic = await ProduceAsync(partitions: 4, count: 200);
        using (var producer = TestProducer.Build(Broker.BootstrapServers))
        {
            await producer.ProduceAsync(topic, new() { Key = [1], Value = null }, TestContext.Current.CancellationToken);
            await producer.ProduceAsync(topic, new() { Value = "poison"u8.ToArray() }, TestContext.Current.CancellationToken);
        }

        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            async (record, _, _) =>
            {
                if (record.Number % 3 == 0)
                {
                    await Task.Yield();
                }

                if (record.Number % 5 == 0 || (record.Number % 2 == 0 && record.Attempt == 1))
                {
                    throw new InvalidOperationException("not yet, or never");
                }
            },
            options =>
            {
                options.MaxConcurrency = maxConcurrency;
                options.Tombstones = TombstonePolicy.Skip;
                options.Failures.Retry.MaxAttempts = 2;
                options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
                options.Failures.WhenExhausted = ExhaustedPolicy.Skip;
            });
        consumer.WaitUntilLagIsZero();

        await consumer.StopAsync();

        Assert.InRange(consumer.Sources.HandedOut, 202, long.MaxValue);
        Assert.Equal(0, consumer.Sources.Pinned);
    }

    [Fact]
    public async Task Block_TheRecordWaitsForLong_ItPinsNothingMeanwhileAndKeepsItsContent()
    {
        var topic = await ProduceAsync(partitions: 1, count: 1);
        var attempts = 0;
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            (_, context, _) => TestProducer.NumberOf(context.RawKey) == 0 && TestProducer.NumberOf(context.Headers) == 0
                && Interlocked.Increment(ref attempts) < 3 ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask,
            options =>
            {
                options.Failures.Retry.MaxAttempts = 1;
                options.Failures.Retry.MaxDelay = TimeSpan.FromSeconds(1);
                options.Failures.Retry.Delay = TimeSpan.FromSeconds(1);
            });
        Wait.Until(() => consumer.Partitions is [{ State: PartitionState.Blocked }]);

        Wait.Until(() => consumer.Sources.Pinned == 0);

        Assert.Equal(1, consumer.Sources.HandedOut);
        consumer.WaitUntilDone(1);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Stop_PartitionIsBlockedWithMoreBehindIt_NothingIsPinned()
    {
        var topic = await ProduceAsync(partitions: 2, count: 400);
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            (record, _, _) => record.Offset == 20 ? throw new PermanentFailureException("never") : ValueTask.CompletedTask);
        Wait.Until(() => consumer.Partitions is { Count: 2 } partitions && partitions.All(static partition => partition is { State: PartitionState.Blocked, Buffered: > 100 }));
        Assert.InRange(consumer.Sources.Pinned, 200, 400);

        await consumer.StopAsync();

        Assert.Equal(0, consumer.Sources.Pinned);
    }

    [Theory]
    [InlineData(Configuration.GroupProtocol.Classic)]
    [InlineData(Configuration.GroupProtocol.Consumer)]
    public async Task Revoked_BufferIsFull_WhatItHeldIsReleasedAtOnce(Configuration.GroupProtocol protocol)
    {
        var topic = await ProduceAsync(partitions: 2, count: 1_000);
        var group = KafkaBroker.UniqueName("group");
        await using var first = await StartAsync(
            topic, group, static async (_, _, token) => await Task.Delay(Timeout.Infinite, token),
            static options =>
            {
                options.MaxConcurrency = 2;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(300);
            },
            protocol: protocol);
        Wait.Until(() => first.Sources.Pinned == 1_000);

        await using var second = await StartAsync(topic, group, protocol: protocol);
        Wait.Until(() => first.Partitions.Count == 1 && second.Partitions.Count == 1);

        // What is left is the other partition's.
        Wait.Until(() => first.Sources.Pinned == first.Partitions.Single().Buffered + 1);
        await first.StopAsync();
        await second.StopAsync();
        Assert.Equal(0, first.Sources.Pinned);
        Assert.Equal(0, second.Sources.Pinned);
    }

    [Fact]
    public async Task Restart_TheClientFailedWithAFullBatchAndRecordsInHand_NothingIsPinned()
    {
        var topic = await ProduceAsync(partitions: 2, count: 2_000);
        var fail = false;
        var ended = 0;
        await using var consumer = await StartAsync(
            topic, KafkaBroker.UniqueName("group"),
            async (record, _, token) =>
            {
                if (record.Offset == 50 && !Volatile.Read(ref fail))
                {
                    Volatile.Write(ref fail, true);
                    await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => Interlocked.Increment(ref ended), TestContext.Current.CancellationToken);
                    token.ThrowIfCancellationRequested();
                }
            },
            static options =>
            {
                options.MaxPollRecords = 200;
                options.StartPaused = true;
            });

        // The worker's first client is whole; each one after it is broken once, as soon as a record waits in its handler.
        consumer.Sources.Wrap = source => new InterruptedSource(source, () => Volatile.Read(ref fail) && Volatile.Read(ref ended) == 0);
        await consumer.Consumer.StopAsync(TestContext.Current.CancellationToken);
        consumer.Consumer.Start();
        consumer.Consumer.Resume();
        Wait.Until(() => Volatile.Read(ref fail));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 10, first: 2_000);

        Wait.Until(() => consumer.Sources.Made.Count == 3);
        consumer.WaitUntilLagIsZero();
        Assert.Equal(1, ended);
        await consumer.StopAsync();
        Assert.InRange(consumer.Sources.HandedOut, 2_001, long.MaxValue);
        Assert.Equal(0, consumer.Sources.Pinned);
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "WorkerFailed");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Stop_AHandlerIgnoresItsTokenPastTheDrain_TheClientLeavesAndIsKeptUntilThen(int maxConcurrency)
    {
        var topic = await ProduceAsync(partitions: 2, count: 200);
        var group = KafkaBroker.UniqueName("group");
        using var mayEnd = new ManualResetEventSlim();
        byte[]? late = null;
        Exception? failure = null;
        await using var consumer = await StartAsync(
            topic, group,
            (record, context, _) =>
            {
                if (record is { Partition: 0, Offset: 5 })
                {
                    try
                    {
                        mayEnd.Wait(TestContext.Current.CancellationToken);
                        late = context.RawValue.ToArray();
                    }
                    catch (Exception exception)
                    {
                        failure = exception;
                    }
                }

                // The other partition's lane waits for a permit that the stubborn one has, when there is one only.
                return record is { Partition: 1, Offset: 4 } ? throw new InvalidOperationException("not yet") : ValueTask.CompletedTask;
            },
            options =>
            {
                options.MaxConcurrency = maxConcurrency;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(300);
                options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
                options.Failures.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
            });
        Wait.Until(() => consumer.Started.Any(static record => record is { Partition: 0, Offset: 5 }));
        try
        {
            await consumer.StopAsync();

            var leaked = Assert.Single(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "ClientLeaked");
            Assert.InRange(consumer.Sources.Pinned, 1, 3);
            Assert.Contains($"{consumer.Sources.Pinned} records are still in handlers", leaked.Message, StringComparison.Ordinal);

            // It has left: nobody waits for its session to end.
            await using var next = await StartAsync(topic, group);
            Wait.Until(() => next.Partitions.Count == 2, TimeSpan.FromSeconds(3));
            next.WaitUntilLagIsZero();
        }
        finally
        {
            mayEnd.Set();
        }

        Wait.Until(() => consumer.Sources.Pinned == 0);
        Assert.Null(failure);
        Assert.Equal(10, TestProducer.NumberOf(late));
    }

    [Fact]
    public async Task Stop_RightAfterTheStart_NothingIsPinned()
    {
        var topic = await ProduceAsync(partitions: 4, count: 2_000);
        for (var round = 0; round < 4; round++)
        {
            await using var consumer = await StartAsync(topic, KafkaBroker.UniqueName("group"), awaitAssignment: false);
            if (round % 2 == 1)
            {
                // Not long enough for all of them.
                Wait.Until(() => consumer.Sources.HandedOut > 0);
            }

            await consumer.StopAsync();
            Assert.Equal(0, consumer.Sources.Pinned);
        }
    }

    private async Task<string> ProduceAsync(int partitions, int count)
    {
        var topic = await Broker.CreateTopicAsync(partitions);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count);
        return topic;
    }
}

public sealed class RealKafkaRecordReleaseTests(TestBrokers brokers) : RecordReleaseTests(brokers.Real);
