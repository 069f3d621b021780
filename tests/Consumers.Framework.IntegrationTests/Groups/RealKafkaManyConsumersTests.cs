using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.IntegrationTests.Groups;

/// <summary>Many consumers in one web host, whose handlers block.</summary>
[RunsAlone]
public sealed class RealKafkaManyConsumersTests(TestBrokers brokers) : BrokerTests(brokers.Real)
{
    private const int Consumers = 100;
    private const int Requests = 300;

    [Fact]
    public async Task Health_100ConsumersWithBlockingHandlers_AnswersWithin100MillisecondsAndNoMemberIsLost()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 1_000);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        using var blocked = new CountdownEvent(Consumers);
        builder.Services.AddSingleton(new TestHandlerBody((record, _, _) =>
        {
            if (record.Offset == 0)
            {
                blocked.Signal();
            }

            TestContext.Current.CancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(2));
            return ValueTask.CompletedTask;
        }));
        builder.Services.AddSingleton<TestHandler>();
        var names = Enumerable.Range(0, Consumers).Select(index => $"consumer-{index}").ToArray();
        builder.Configuration.AddInMemoryCollection(Broker.SettingsFor(names));
        foreach (var name in names)
        {
            builder.Services.AddKafkaConsumer<TestHandler>(name, options =>
            {
                options.Topics = [topic];
                options.GroupId = KafkaBroker.UniqueName("group");
            });
        }

        builder.Services.AddHealthChecks().AddKafkaConsumers();
        await using var app = builder.Build();
        app.MapHealthChecks("/health");
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(blocked.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), $"{blocked.CurrentCount} consumers have not begun.");

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var latencies = new List<double>();
        for (var request = 0; request < Requests; request++)
        {
            var startedAt = TimeProvider.System.GetTimestamp();
            using var response = await client.GetAsync("/health", TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            latencies.Add(TimeProvider.System.GetElapsedTime(startedAt).TotalMilliseconds);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        latencies.Sort();
        var p99 = latencies[(int)(Requests * 0.99) - 1];
        TestContext.Current.TestOutputHelper?.WriteLine($"/health beside {Consumers} blocked consumers: p50 {latencies[Requests / 2]:F1} ms, p99 {p99:F1} ms, max {latencies[^1]:F1} ms");
        Assert.InRange(p99, 0, 100);
        Assert.DoesNotContain(app.Services.GetFakeLogCollector().GetSnapshot(), entry => entry.Message.Contains("partitions lost", StringComparison.Ordinal));
        await app.StopAsync(TestContext.Current.CancellationToken);
    }
}
