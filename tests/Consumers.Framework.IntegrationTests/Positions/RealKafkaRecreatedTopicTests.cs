using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>
/// A topic is deleted, created again with another number of partitions and filled within a second, again and again, under a consumer.
/// <c>CONSUMERS_TEST_BIRTHS</c> says how often; docs/positions.md has the figures of 50.
/// </summary>
public sealed class RealKafkaRecreatedTopicTests(TestBrokers brokers) : BrokerTests(brokers.Real, BrokerCapabilities.AdminApi | BrokerCapabilities.ConsumerProtocol)
{
    private const int Records = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static int Births => Environment.GetEnvironmentVariable("CONSUMERS_TEST_BIRTHS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 3;

    public static TheoryData<bool, OffsetReset, GroupProtocol, PartitionAssignor?> Cases
    {
        get
        {
            var data = new TheoryData<bool, OffsetReset, GroupProtocol, PartitionAssignor?>();
            foreach (var isPattern in new[] { false, true })
            {
                foreach (var reset in new[] { OffsetReset.Earliest, OffsetReset.Latest })
                {
                    data.Add(isPattern, reset, GroupProtocol.Classic, PartitionAssignor.CooperativeSticky);
                    data.Add(isPattern, reset, GroupProtocol.Classic, PartitionAssignor.Range);
                    data.Add(isPattern, reset, GroupProtocol.Consumer, null);
                }
            }

            return data;
        }
    }

    /// <summary>
    /// Every second time the topic goes as soon as its records are handled, with a commit on the way or still to be sent; else when all is committed.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Scenario48_TopicIsRecreatedAndFilledWithinASecond_NoneOfItsRecordsIsMissing(
        bool isPattern, OffsetReset reset, GroupProtocol protocol, PartitionAssignor? assignor)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await using var consumer = await TestConsumer.StartAsync(
            Broker, isPattern ? null : topic, KafkaBroker.UniqueName("group"), protocol: protocol,
            configure: options =>
            {
                options.Assignor = assignor;
                options.AutoOffsetReset = reset;
                options.TopicPattern = isPattern ? topic : null;
                options.TopicCheckInterval = TimeSpan.FromSeconds(0.5);
                options.Client["topic.metadata.refresh.interval.ms"] = "1000";
            });
        Wait.Until(() => consumer.Partitions is [{ HighWatermark: 0 }]);
        var incomplete = new List<string>();
        var missing = 0;
        var repeated = 0;
        for (var birth = 1; birth <= Births; birth++)
        {
            var first = birth * 1_000;
            await TopicAdmin.MakeAnewAsync(Broker, topic, partitions: 1 + birth % 3);
            await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, Records, first);
            await AwaitAsync(() => NumbersFrom(consumer, first).Distinct().Count() == Records);
            if (birth % 2 == 0)
            {
                await AwaitAsync(() => consumer.Partitions.Count == 1 + birth % 3
                    && consumer.Partitions.All(static partition => partition.Lag == 0 && partition.Committed == partition.HighWatermark));
            }

            var numbers = NumbersFrom(consumer, first);
            var distinct = numbers.Distinct().Count();
            missing += Records - distinct;
            repeated += numbers.Count - distinct;
            if (distinct < Records)
            {
                incomplete.Add($"birth {birth}: {Records - distinct} missing; {string.Join(' ', consumer.Partitions.Select(static partition => partition.ToString()))}");
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{(isPattern ? "TopicPattern" : "Topics")}, {reset}, {protocol} {assignor}: {missing} of {Births * Records} records missing, {repeated} repeated, in {Births} births");
        Assert.True(incomplete.Count == 0, $"{string.Join(Environment.NewLine, incomplete)}{Witnesses.OfTheTest()}");
    }

    private static List<int> NumbersFrom(TestConsumer consumer, int first) =>
        [.. consumer.Done.Select(static record => record.Number).Where(number => number >= first && number < first + Records)];

    /// <summary>What does not come true is counted, and ends nothing.</summary>
    private static async Task AwaitAsync(Func<bool> condition)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!condition() && TimeProvider.System.GetElapsedTime(startedAt) < Patience)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
