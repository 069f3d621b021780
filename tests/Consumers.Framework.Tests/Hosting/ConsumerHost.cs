using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A real host, whose consumers have clients that the test holds in its hands, and whose time stands still until the test moves it.</summary>
internal sealed class ConsumerHost : IAsyncDisposable
{
    private readonly HostApplicationBuilder _builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    private IHost? _host;

    public ConsumerHost()
    {
        Configure("Kafka:BootstrapServers", "none:1");
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IRecordSourceFactory>(Sources);
        Services.AddSingleton<IPartitionEnds>(Ends);
        Services.AddSingleton<ITopicIds>(TopicIds);
        Services.AddSingleton(Probe);
        Services.AddFakeLogging();
        Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
    }

    /// <summary>The consumer that was added last.</summary>
    public IKafkaConsumerBuilder Builder { get; private set; } = null!;

    public TimerClock Clock { get; } = new();

    public FakeSourceFactory Sources { get; } = new();

    /// <summary>Where the brokers say that partitions end.</summary>
    public FakePartitionEnds Ends { get; } = new();

    /// <summary>The ids of the topics, of which the brokers do not tell.</summary>
    public FakeTopicIds TopicIds { get; } = new();

    public HandlerProbe Probe { get; } = new();

    public IServiceCollection Services => _builder.Services;

    public IHost Host => _host ??= _builder.Build();

    public FakeLogCollector Logs => Host.Services.GetFakeLogCollector();

    public IKafkaConsumers Consumers => Host.Services.GetRequiredService<IKafkaConsumers>();

    public IKafkaConsumer Orders => Consumers["orders"];

    public WorkerSnapshot Worker => Orders.GetSnapshot().Workers[0];

    /// <summary>A host with one consumer, "orders".</summary>
    public static ConsumerHost OfOrders(Action<KafkaConsumerOptions>? configure = null) => new ConsumerHost().Add("orders", configure);

    public ConsumerHost Add(string name, Action<KafkaConsumerOptions>? configure = null)
    {
        Section(name);
        Builder = Services.AddKafkaConsumer<RawHandler>(name, configure ?? (static _ => { }));
        return this;
    }

    /// <summary>What a consumer cannot do without.</summary>
    public ConsumerHost Section(string name) =>
        Configure($"Kafka:Consumers:{name}:Topics:0", "orders").Configure($"Kafka:Consumers:{name}:GroupId", "billing");

    public ConsumerHost Configure(string key, string value)
    {
        _builder.Configuration.AddInMemoryCollection([new(key, value)]);
        return this;
    }

    public ConsumerHost Configure(IConfigurationSource source)
    {
        _builder.Configuration.Sources.Add(source);
        return this;
    }

    public Task StartAsync() => Host.StartAsync(TestContext.Current.CancellationToken).Soon();

    public Task StopAsync(CancellationToken cancellationToken = default) => Host.StopAsync(cancellationToken);

    /// <summary>Starts the host and gives the only worker's client partition 0.</summary>
    public Task<FakeSource> StartAssignedAsync() => StartWithAsync(0);

    /// <summary>Starts the host and gives the first client these partitions.</summary>
    public async Task<FakeSource> StartWithAsync(params int[] partitions)
    {
        await StartAsync();
        var source = Sources.Next();
        source.Give(partitions);
        await Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();

        // The wait ends inside the client's callback: what that returns to it is there by its next poll.
        await source.PollsAsync(1).Soon();
        return source;
    }

    public void UntilWorkerIs(WorkerState state) => Waiting.Until(() => Worker.State == state, $"The worker did not become {state}.");

    public IReadOnlyList<FakeLogRecord> Logged(int eventId) => [.. Logs.GetSnapshot().Where(record => record.Id.Id == eventId)];

    public void UntilLogged(int eventId, int times = 1) => Waiting.Until(() => Logged(eventId).Count >= times, $"Event {eventId} was not logged {times} times.");

    /// <summary>Bounded: with a clock that stands still, the stop that a failed test leaves behind may never end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _host.StopAsync(now.Token).Soon();
            _host.Dispose();
        }
    }
}
