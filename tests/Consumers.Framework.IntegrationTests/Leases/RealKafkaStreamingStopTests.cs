using System.Globalization;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>A browser holds a response that does not end. The web server waits for it, and is stopped before the consumers are.</summary>
public sealed class RealKafkaStreamingStopTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases)
{
    // What a stop of the consumer may take.
    private static readonly TimeSpan HostsBudget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Handling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Stop_ABrowserHoldsAStream_DrainsAndLeavesMeanwhileAndEndsWithTheHostsBudget()
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        var body = new TestHandlerBody(static async (_, _, token) => await Task.Delay(Handling, token));
        await using var app = Build(topic, group, body);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<IKafkaConsumers>()[TestConsumer.Name].WaitForAssignmentAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await using var stream = await client.GetStreamAsync("/stream", TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 20);
        Wait.Until(() => !body.Started.IsEmpty);

        var stoppingAt = TimeProvider.System.GetTimestamp();
        app.Lifetime.StopApplication();
        var ending = app.WaitForShutdownAsync(TestContext.Current.CancellationToken);
        Wait.Until(() => app.Services.GetFakeLogCollector().GetSnapshot().Any(static entry => entry.Id.Name == "ConsumerStopped"));
        var drained = TimeProvider.System.GetElapsedTime(stoppingAt);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
        Assert.False(ending.IsCompleted);
        Assert.Equal(0, await GroupReader.MembersAsync(Broker.BootstrapServers, group));
        Assert.Equal(body.Started.Count, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic, 1))[0]);
        await ending;
        var ended = TimeProvider.System.GetElapsedTime(stoppingAt);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"a browser holds a stream: drained, committed and left after {drained.TotalMilliseconds:F0} ms, ended after {ended.TotalMilliseconds:F0} ms"));
        Assert.Equal(body.Started.Count, body.Done.Count);
        Assert.InRange(drained, TimeSpan.Zero, Handling + Slack);
        Assert.InRange(ended, HostsBudget - Slack, HostsBudget + Slack);
        Assert.Equal(0, Environment.ExitCode);
    }

    private WebApplication Build(string topic, string group, TestHandlerBody body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = HostsBudget);
        builder.Services.AddSingleton(body);
        builder.Services.AddSingleton<TestHandler>();
        builder.Configuration.AddInMemoryCollection(Broker.SettingsFor(TestConsumer.Name));
        builder.Services.AddKafkaConsumer<TestHandler>(TestConsumer.Name, options =>
        {
            options.Topics = [topic];
            options.GroupId = group;
            options.Rebalance.DrainTimeout = TimeSpan.FromSeconds(2);
            options.Commit.FinalTimeout = options.Shutdown.CloseTimeout = TimeSpan.FromSeconds(1);
        });
        var app = builder.Build();
        app.MapGet("/stream", static async (HttpContext http) =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync("data: still here\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(50, http.RequestAborted);
            }
        });
        return app;
    }
}
