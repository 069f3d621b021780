using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Consumers.Framework.IntegrationTests.Sources;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>One worker with as many partitions as an embedded topic can have.</summary>
[RunsAlone]
public sealed class EmbeddedManyPartitionsTests(TestBrokers brokers) : BrokerTests(brokers.Embedded)
{
    private const int Few = 2_000;
    private const int Many = 10_000;

    /// <summary>What a partition costs among many, divided by what it costs among few: 1 when memory is linear.</summary>
    private const double MostGrowth = 1.25;

    private static readonly TimeSpan LongestCallback = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(PollingSource.Native)]
    [InlineData(PollingSource.Managed)]
    public async Task Assigned_10000Partitions_TheCallbackIsShortAndMemoryIsLinear(PollingSource source)
    {
        var few = await MeasureAsync(source, Few);
        var many = await MeasureAsync(source, Many);

        Assert.InRange(many.Callback, TimeSpan.Zero, LongestCallback);
        Assert.InRange((double)many.Managed / Many / ((double)few.Managed / Few), 0, MostGrowth);
    }

    private async Task<(TimeSpan Callback, long Managed)> MeasureAsync(PollingSource source, int partitions)
    {
        var topic = await Broker.CreateTopicAsync(partitions);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, topic, KafkaBroker.UniqueName("group"), configure: options =>
            {
                options.Polling.Source = source;
                options.StartPaused = true;
            },
            awaitAssignment: false);
        var before = ProcessMemory.Read();
        Wait.Until(() => consumer.Partitions.Count == partitions);
        var after = ProcessMemory.Read();

        var assigned = consumer.Logs.GetSnapshot().Single(static entry => entry.Id.Name == "Rebalanced");
        var callback = TimeSpan.Parse(assigned.GetStructuredStateValue("Duration")!, CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{source}, {partitions} partitions: callback {callback.TotalMilliseconds:F0} ms; for each {(after.Managed - before.Managed) / partitions} B managed, "
            + $"{(after.Native - before.Native) / partitions} B of the client's");
        return (callback, after.Managed - before.Managed);
    }
}
