using Consumers.Framework.Configuration;
using Consumers.Framework.IntegrationTests.Brokers;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.IntegrationTests.Leases;

/// <summary>Another service of the host fails to start while a handler is at work: the host is disposed of without a stop.</summary>
public sealed class RealKafkaDisposalTests(TestBrokers brokers) : BrokerTests(brokers.OfLeases, BrokerCapabilities.AdminApi)
{
    [Fact]
    public Task Run_AnotherServiceFailsToStart_TheMemberHasLeftTheGroup()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        return RunAsync(builder, () => builder.Build());
    }

    [Fact]
    public Task Run_AnotherServiceOfAWebApplicationFailsToStart_TheMemberHasLeftTheGroup()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return RunAsync(builder, () => builder.Build());
    }

    private async Task RunAsync(IHostApplicationBuilder builder, Func<IHost> build)
    {
        var topic = await Broker.CreateTopicAsync(partitions: 1);
        var group = KafkaBroker.UniqueName("group");
        await TestProducer.ProduceAsync(Broker.BootstrapServers, topic, count: 3);
        var handling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool? wasOpen = null;
        builder.Configuration.AddInMemoryCollection(Broker.SettingsFor(TestConsumer.Name));
        builder.Services.AddSingleton<Connection>();
        builder.Services.AddSingleton<TestHandler>();
        builder.Services.AddSingleton(services => new TestHandlerBody(async (record, _, token) =>
        {
            // Made at the first record, and so disposed of first by a container that does not know of the handler.
            var connection = services.GetRequiredService<Connection>();
            handling.TrySetResult();
            await Task.Delay(TimeSpan.FromMilliseconds(300), token);
            wasOpen = wasOpen != false && !connection.IsDisposed;
        }));
        builder.Services.AddKafkaConsumer<TestHandler>(TestConsumer.Name, options =>
        {
            options.Topics = [topic];
            options.GroupId = group;
        });
        builder.Services.AddHostedService(_ => new FailingService(handling.Task));
        var host = build();
        var body = host.Services.GetRequiredService<TestHandlerBody>();

        await Assert.ThrowsAsync<IOException>(() => host.RunAsync(TestContext.Current.CancellationToken));

        // At once, and not when the session of ten seconds is over.
        Assert.Equal(0, await GroupReader.MembersAsync(Broker.BootstrapServers, group));
        Assert.True(wasOpen);
        Assert.Equal(body.Started.Count, body.Done.Count);
        Assert.Equal(body.Done.Count, (await GroupReader.CommittedAsync(Broker.BootstrapServers, group, topic))[0]);
    }

    private sealed class Connection : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class FailingService(Task handling) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await handling.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            throw new IOException("address in use");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
