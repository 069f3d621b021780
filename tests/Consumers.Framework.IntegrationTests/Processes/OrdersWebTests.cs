using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.TestKit.Processes;

namespace Consumers.Framework.IntegrationTests.Processes;

/// <summary><c>Orders.Web</c> as its user meets it: started without a broker of its own, or on a real Kafka, and ended by Ctrl-C.</summary>
[RunsAlone]
public sealed class OrdersWebTests(TestBrokers brokers, ITestOutputHelper output) : ProcessTests(brokers.OfProcesses, output)
{
    private const int Partitions = 4;
    private static readonly TimeSpan FirstRecordLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1); // of a settled group: 150 to 350 ms beside a busy machine

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly string _url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Find(1)[0]}");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task CtrlC_WithTheEmbeddedBroker_EndsWithinASecondAfterHandlingWithinTen()
    {
        for (var round = 1; round <= Rounds.Count(1); round++)
        {
            var (web, first) = await StartAndAwaitFirstRecordAsync(new Dictionary<string, string>());

            // The embedded broker ends a rebalance by a timer: a commit that falls into the one of the start waits for it.
            web.WaitUntilSettled(Partitions);
            var exit = await StopAsync(web);
            AssertWithinLimit(exit, web);
            Report(string.Create(CultureInfo.InvariantCulture,
                $"Orders.Web embedded broker: first record handled {first.TotalMilliseconds:0} ms after the start, Ctrl-C to exit {exit.Took.TotalMilliseconds:0} ms, exit code {exit.Code}"));
        }
    }

    [Fact]
    public async Task CtrlC_OnARealKafka_CommitsEverythingThatWasHandled()
    {
        for (var round = 1; round <= Rounds.Count(1); round++)
        {
            var topic = await Broker.CreateTopicAsync(Partitions);
            var group = KafkaBroker.UniqueName("group");
            var (web, first) = await StartAndAwaitFirstRecordAsync(new Dictionary<string, string>
            {
                ["Kafka:BootstrapServers"] = Broker.BootstrapServers,
                ["Kafka:Consumers:orders:Topics:0"] = topic,
                ["Kafka:Consumers:orders:GroupId"] = group,
                ["Feed:Enabled"] = "true",
                ["Feed:Topic"] = topic,
            });
            long handled = 0;
            web.WaitUntilSettled(Partitions);
            await Wait.UntilAsync(async () => (handled = await HandledAsync(web)) >= 200);
            var exit = await StopAsync(web);
            AssertWithinLimit(exit, web);

            var committed = (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, Partitions)).Values.Where(static offset => offset >= 0).Sum();
            Report(string.Create(CultureInfo.InvariantCulture,
                $"Orders.Web real Kafka: first record handled {first.TotalMilliseconds:0} ms after the start, Ctrl-C to exit {exit.Took.TotalMilliseconds:0} ms, exit code {exit.Code}, handled {handled} when last asked, committed {committed}"));
            Assert.InRange(committed, handled, long.MaxValue);
            await AssertNothingIsRepeatedAsync(topic, group, committed);
        }
    }

    /// <summary>Without the feed the next process handles what the first had not, and no more: handled and committed are the same.</summary>
    private async Task AssertNothingIsRepeatedAsync(string topic, string group, long committed)
    {
        var web = Start("Orders.Web", new Dictionary<string, string>
        {
            ["urls"] = _url,
            ["Kafka:BootstrapServers"] = Broker.BootstrapServers,
            ["Kafka:Consumers:orders:Topics:0"] = topic,
            ["Kafka:Consumers:orders:GroupId"] = group,
            ["Feed:Enabled"] = "false",
        });
        var produced = CountProduced(topic);
        await Wait.UntilAsync(async () => await HandledAsync(web) >= produced - committed && await LagAsync(web) == 0);
        Assert.Equal(produced - committed, await HandledAsync(web));
        await StopAsync(web);
        Assert.Equal(produced, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, Partitions)).Values.Sum());
    }

    private async Task<(SampleProcess Web, TimeSpan First)> StartAndAwaitFirstRecordAsync(Dictionary<string, string> settings)
    {
        settings["urls"] = _url;
        var startedAt = TimeProvider.System.GetTimestamp();
        var web = Start("Orders.Web", settings);
        await Wait.UntilAsync(async () => await HandledAsync(web) > 0, FirstRecordLimit);
        return (web, TimeProvider.System.GetElapsedTime(startedAt));
    }

    private static async Task<ProcessExit> StopAsync(SampleProcess web)
    {
        var exit = await web.EndAsync(ProcessSignal.Interrupt, TimeSpan.FromSeconds(10));
        Assert.True(exit.Code == 0, $"Exit code {exit.Code}.\n{web.Tail}");
        return exit;
    }

    private static void AssertWithinLimit(ProcessExit exit, SampleProcess web) =>
        Assert.True(exit.Took < StopLimit, $"Ctrl-C took {exit.Took.TotalMilliseconds:0} ms.\n{web.Tail}");

    private Task<long> HandledAsync(SampleProcess web) => ReadAsync(web, "handled");

    private Task<long> LagAsync(SampleProcess web) => ReadAsync(web, "lag");

    /// <returns>-1 while the server does not answer.</returns>
    private async Task<long> ReadAsync(SampleProcess web, string name)
    {
        Assert.False(web.HasExited, $"Orders.Web has ended.\n{web.Tail}");
        try
        {
            using var status = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{_url}/status.json"), TestContext.Current.CancellationToken));
            return status.RootElement.GetProperty("consumers").EnumerateArray().Sum(consumer => consumer.GetProperty(name).GetInt64());
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return -1;
        }
    }

    private long CountProduced(string topic)
    {
        using var client = new ConsumerBuilder<Null, Null>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = "none" }).Build();
        return Enumerable.Range(0, Partitions)
            .Sum(partition => client.QueryWatermarkOffsets(new TopicPartition(topic, partition), TimeSpan.FromSeconds(10)).High.Value);
    }
}
