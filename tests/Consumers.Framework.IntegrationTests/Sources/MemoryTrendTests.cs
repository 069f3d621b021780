using System.Diagnostics;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Memory does not grow with the number of records, rebalances included. <c>CONSUMERS_TEST_RECORDS</c> says how many. Nothing is committed,
/// so that the partitions that come back are read again from their beginning: that is where so many records come from.
/// </summary>
[RunsAlone]
public abstract class MemoryTrendTests(KafkaBroker broker) : BrokerTests(broker)
{
    private const int Partitions = 4;
    private const int Cycles = 12;
    private const int LongRun = 5_000_000;
    protected const int OneMillion = 1_000_000;

    /// <summary>In a short run what the client and the runtime set up once, late, outweighs the records.</summary>
    private const double ShortRunSlack = 4 * 1024 * 1024;
    private const double BytesPerRecord = 0.5;

    protected virtual int Records => OneMillion;

    [Fact]
    public async Task Run_ManyRecordsAndRebalances_MemoryDoesNotGrowWithThem()
    {
        Assert.SkipUnless(ProcessMemory.IsMeasurable, "Needs glibc's mallinfo2 and /proc.");
        var total = Records;
        var topics = new List<string>();
        for (var index = 0; index < 2; index++)
        {
            var topic = await Broker.CreateTopicAsync(Partitions);
            topics.Add(topic);
            StampedRecord.Produce(Broker.BootstrapServers, topic, Partitions, total / 10, withHeaders: false);
        }

        var group = KafkaBroker.UniqueName("group");
        var handler = new CheckingHandler();
        var trend = new MemoryTrend();
        var watch = Stopwatch.StartNew();
        await using var first = await StartAsync(topics, group, handler);
        using var other = new ComingAndGoing(Broker.BootstrapServers, topics, group);
        Wait.Until(() => first.Partitions.Count == 2 * Partitions);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            other.Join();
            Wait.Until(() => first.Partitions.Count == Partitions && other.Owned == Partitions);

            // Taken before the change that brings records again: they may all be handled by the time that it is seen.
            var next = handler.Handled + (total / Cycles);
            other.Leave();
            Wait.Until(() => first.Partitions.Count == 2 * Partitions && other.Owned == 0);
            WaitUntilHandled(handler, next);

            // What is prefetched or buffered is no leak, and not the same each time.
            first.Consumer.Pause();
            Wait.Until(() => first.Partitions.All(static partition => partition is { State: PartitionState.Paused, Buffered: 0, InFlight: 0 }) && first.Sources.Pinned == 0);
            trend.Add(handler.Handled, ProcessMemory.Read());
            first.Consumer.Resume();
        }

        watch.Stop();
        await first.StopAsync();
        Assert.Equal(0, first.Sources.Pinned);
        Assert.Equal(0, handler.Foreign);
        Assert.InRange(handler.Handled, total, long.MaxValue);
        Report(trend, handler.Handled, Cycles * 2, watch.Elapsed);
        AssertFlat(trend, static memory => memory.Native, "native");
        AssertFlat(trend, static memory => memory.Managed, "managed");
        if (total >= LongRun)
        {
            // In a short run, free lists and compiled code move it by more than the records could.
            AssertFlat(trend, static memory => memory.Resident, "resident");
        }
    }

    private Task<StampedHost> StartAsync(IEnumerable<string> topics, string group, CheckingHandler handler) => StampedHost.StartAsync(
        Broker, topics, group, handler,
        static options =>
        {
            options.Commit.Strategy = CommitStrategy.Manual;
            options.Commit.MaxUncommitted = 10_000_000;
        },
        GroupProtocol.Consumer);

    private static void WaitUntilHandled(CheckingHandler handler, long records) =>
        Wait.Until(() => handler.Handled >= records, TimeSpan.FromMinutes(2));

    private static void AssertFlat(MemoryTrend trend, Func<ProcessMemory, long> figure, string what)
    {
        var last = trend.Samples[^1].Records;
        var slackOfRun = last < LongRun ? ShortRunSlack / last : 0;
        var slope = trend.Slope(last / 4, figure);
        Assert.True(slope < BytesPerRecord + slackOfRun, $"{what} memory grows by {slope:F3} B for each record.");
    }

    private static void Report(MemoryTrend trend, long records, int rebalances, TimeSpan time)
    {
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{records} records, {rebalances} rebalances, {time.TotalSeconds:F0} s");
        foreach (var (at, memory) in trend.Samples)
        {
            output.WriteLine($"{at,10}: resident {memory.Resident / 1024,8} KB, native {memory.Native / 1024,8} KB, managed {memory.Managed / 1024,6} KB");
        }

        var warmUp = trend.Samples[^1].Records / 4;
        output.WriteLine(
            $"B for each record after {warmUp}: resident {trend.Slope(warmUp, static memory => memory.Resident):F3}, "
            + $"native {trend.Slope(warmUp, static memory => memory.Native):F3}, managed {trend.Slope(warmUp, static memory => memory.Managed):F3}");
    }
}

public sealed class EmbeddedMemoryTrendTests(TestBrokers brokers) : MemoryTrendTests(brokers.Embedded);

public sealed class RealKafkaMemoryTrendTests(TestBrokers brokers) : MemoryTrendTests(brokers.Real)
{
    protected override int Records => RecordCount.Of(OneMillion);
}
