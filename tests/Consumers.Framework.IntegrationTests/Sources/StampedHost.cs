using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.IntegrationTests.Conformance;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using GroupProtocol = Consumers.Framework.Configuration.GroupProtocol;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>A host that reads stamped records and keeps nothing of them, as a test of a million records needs it.</summary>
internal sealed class StampedHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StampedHost(IHost host) => _host = host;

    public IKafkaConsumer Consumer => _host.Services.GetRequiredService<IKafkaConsumers>()["stamped"];

    public WatchedSources Sources => _host.Services.GetRequiredService<WatchedSources>();

    public IReadOnlyList<PartitionSnapshot> Partitions => Consumer.GetSnapshot().Workers[0].Partitions;

    public static async Task<StampedHost> StartAsync(
        KafkaBroker broker, IEnumerable<string> topics, string group, IKafkaHandler<RawPayload> handler, Action<KafkaConsumerOptions>? configure = null,
        GroupProtocol protocol = GroupProtocol.Classic)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(broker.SettingsFor(protocol, "stamped"));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new StampedHandler(handler));
        builder.Services.AddSingleton<IRecordSourceFactory>(static provider => provider.GetRequiredService<WatchedSources>());
        builder.Services.AddSingleton(static provider => new WatchedSources(ActivatorUtilities.CreateInstance<RecordSourceFactory>(provider)));
        builder.Services.AddKafkaConsumer<StampedHandler>("stamped", options =>
        {
            options.Topics = [.. topics];
            options.GroupId = group;
            options.GroupProtocol = protocol;
            options.Polling.Source = PollingSource.Native;
            configure?.Invoke(options);
        });
        var host = new StampedHost(builder.Build());
        await host._host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
