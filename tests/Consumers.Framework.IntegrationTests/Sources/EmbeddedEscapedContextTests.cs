using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// A context that leaves its handler throws once its record has ended, each time and on every thread, and until then shows its own record
/// and no other, over the client's own memory.
/// </summary>
public sealed class EmbeddedEscapedContextTests(TestBrokers brokers) : BrokerTests(brokers.Embedded)
{
    private const int Partitions = 4;
    private const int Records = 200_000;
    private const int Readers = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Read_EscapedContextsAreHammeredWhileRecordsFlow_EachShowsItsOwnRecordOrThrows(int maxConcurrency)
    {
        var topic = await Broker.CreateTopicAsync(Partitions);
        StampedRecord.Produce(Broker.BootstrapServers, topic, Partitions, Records, withHeaders: true);
        var escaped = new EscapedRecord?[64];
        var handled = 0L;
        long own = 0, refused = 0, foreign = 0;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var end = new CancellationTokenSource();

        // The newest are the ones that may end under the reader's hands.
        void Hammer(int seed)
        {
            var random = new Random(seed);
            while (!end.IsCancellationRequested)
            {
                try
                {
                    if (Volatile.Read(ref escaped[random.Next(escaped.Length)]) is { } record)
                    {
                        switch (record.TryRead(random.Next(EscapedRecord.Ways)))
                        {
                            case true: Interlocked.Increment(ref own); break;
                            case null: Interlocked.Increment(ref refused); break;
                            default: Interlocked.Increment(ref foreign); break;
                        }
                    }
                }
                catch (Exception exception)
                {
                    failures.Enqueue(exception.ToString());
                }
            }
        }

        var readers = Enumerable.Range(0, Readers).Select(seed => new Thread(() => Hammer(seed)) { IsBackground = true, Name = "reader" }).ToList();
        readers.ForEach(static reader => reader.Start());
        await using var host = await StampedHost.StartAsync(
            Broker, [topic], KafkaBroker.UniqueName("group"),
            new LeakyHandler(async (payload, context) =>
            {
                var record = new EscapedRecord(payload, context);
                Volatile.Write(ref escaped[context.Offset.Value % escaped.Length], record);
                switch (context.Offset.Value % 500)
                {
                    case 1:
                        await Task.Yield();
                        break;
                    case 2 when context.Attempt == 1:
                        throw new InvalidOperationException("not yet");
                    case 3:
                        var readable = await Task.Run(() => Enumerable.Range(0, EscapedRecord.Ways).All(way => record.TryRead(way) == true));
                        if (!readable)
                        {
                            failures.Enqueue($"{context.TopicPartition} {context.Offset} was not readable inside its handler.");
                        }

                        break;
                }

                Interlocked.Increment(ref handled);
            }),
            options =>
            {
                options.MaxConcurrency = maxConcurrency;
                options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
            });
        try
        {
            Wait.Until(() => Interlocked.Read(ref handled) >= Records, TimeSpan.FromMinutes(1));
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{Interlocked.Read(ref handled)} records handled; {string.Join("; ", host.Partitions)}");
            await end.CancelAsync();
            readers.ForEach(static reader => reader.Join());
        }

        await host.StopAsync();

        Assert.Empty(failures);
        Assert.Equal(0, foreign);
        Assert.InRange(own, 100, long.MaxValue);
        Assert.InRange(refused, 1_000, long.MaxValue);
        Assert.All(escaped, static record => Assert.Empty(record!.StillReadable()));
        Assert.Equal(0, host.Sources.Pinned);
        TestContext.Current.TestOutputHelper?.WriteLine($"{handled} records; {own} reads showed their own record, {refused} were refused");
    }

    [Fact]
    public async Task Read_AfterReturnAfterTheLeaseWasTakenAndAfterTheStop_ThrowsEachTime()
    {
        var topic = await Broker.CreateTopicAsync(2);
        StampedRecord.Produce(Broker.BootstrapServers, topic, 2, 20, withHeaders: true);
        var group = KafkaBroker.UniqueName("group");
        var escaped = new System.Collections.Concurrent.ConcurrentQueue<EscapedRecord>();
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await StampedHost.StartAsync(
            Broker, [topic], group,
            new LeakyHandler(async (payload, context) =>
            {
                escaped.Enqueue(new EscapedRecord(payload, context));
                if (context.Offset.Value == 3)
                {
                    // Stays in its handler, past the drain.
                    await mayEnd.Task;
                }
            }),
            options =>
            {
                options.MaxConcurrency = 2;
                options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(200);
            },
            GroupProtocol.Consumer);
        Wait.Until(() => escaped.Count == 8);
        var held = escaped.Where(static record => record.StillReadable().Any()).ToList();

        // Those that have returned are refused; those that have not show themselves.
        Assert.Equal(2, held.Count);
        Assert.All(held, AssertReadable);

        await using (var other = await StampedHost.StartAsync(Broker, [topic], group, new CheckingHandler(), protocol: GroupProtocol.Consumer))
        {
            Wait.Until(() => host.Partitions.Count == 1 && other.Partitions.Count == 1);

            // The lease is gone, the record is still in hand, and its memory with it.
            Assert.All(held, AssertReadable);
            Assert.InRange(host.Sources.Pinned, 2, 20);
            mayEnd.SetResult();
            Wait.Until(() => held.All(static record => !record.StillReadable().Any()));
        }

        await host.StopAsync();
        Assert.Equal(0, host.Sources.Pinned);
        foreach (var record in escaped)
        {
            Assert.Empty(record.StillReadable());
            Assert.Empty(record.StillReadable());
        }

        static void AssertReadable(EscapedRecord record) =>
            Assert.All(Enumerable.Range(0, EscapedRecord.Ways), way => Assert.True(record.TryRead(way)));
    }
}
