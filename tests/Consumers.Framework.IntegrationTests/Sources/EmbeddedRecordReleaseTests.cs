using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <inheritdoc/>
public sealed class EmbeddedRecordReleaseTests(TestBrokers brokers) : RecordReleaseTests(brokers.Embedded)
{
    [Fact]
    public async Task Lost_BufferIsFull_WhatItHeldIsReleased()
    {
        await using var own = new EmbeddedBroker();
        await own.SkipIfUnavailableAsync();
        var topic = await own.CreateTopicAsync(partitions: 2);
        await TestProducer.ProduceAsync(own.BootstrapServers, topic, count: 1_000);
        var cancelled = 0;
        await using var consumer = await TestConsumer.StartAsync(
            own, topic, KafkaBroker.UniqueName("group"),
            async (record, _, token) =>
            {
                if (record.Offset == 7 && Volatile.Read(ref cancelled) < 2)
                {
                    await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => Interlocked.Increment(ref cancelled), TestContext.Current.CancellationToken);
                    token.ThrowIfCancellationRequested();
                }
            },
            static options => options.MaxConcurrency = 2);
        Wait.Until(() => consumer.Sources.HandedOut == 1_000 && consumer.Started.Count(static record => record.Offset == 7) == 2);
        Assert.InRange(consumer.Sources.Pinned, 986, 1_000);

        own.Cluster.FailNext(KafkaApi.Heartbeat, ErrorCode.UnknownMemberId);

        Wait.Until(() => consumer.Logs.GetSnapshot().Any(static entry => entry.Message.Contains("partitions lost", StringComparison.Ordinal)));
        Wait.Until(() => cancelled == 2);
        consumer.WaitUntilLagIsZero();
        await consumer.StopAsync();
        Assert.InRange(consumer.Sources.HandedOut, 1_001, long.MaxValue);
        Assert.Equal(0, consumer.Sources.Pinned);
    }

    [Fact]
    public async Task Abandon_ACommitIsNotAnswered_RecordsAreReleasedAllTheSame()
    {
        await using var own = new EmbeddedBroker();
        await own.SkipIfUnavailableAsync();
        var topic = await own.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(own.BootstrapServers, topic, count: 300);
        var answersAreLate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = await TestConsumer.StartAsync(
            own, topic, KafkaBroker.UniqueName("group"),
            async (record, _, token) =>
            {
                if (record.Offset == 20)
                {
                    await answersAreLate.Task.WaitAsync(token);
                }
            },
            static options =>
            {
                options.Commit.Strategy = CommitStrategy.PerRecord;
                options.Commit.FinalTimeout = TimeSpan.FromMilliseconds(300);
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(300);
            });
        consumer.WaitUntilDone(20);

        own.Cluster.SetRoundTrip(1, TimeSpan.FromMinutes(10));
        answersAreLate.SetResult();
        consumer.WaitUntilDone(21);
        var pinned = consumer.Sources.Pinned;
        await consumer.StopAsync();

        Assert.InRange(pinned, 100, 280);
        Assert.Contains(consumer.Logs.GetSnapshot(), static entry => entry.Id.Name == "ClientAbandoned");
        Assert.Equal(0, consumer.Sources.Pinned);
    }
}
