using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Tests.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Health;

public sealed class AddKafkaConsumersTests : IDisposable
{
    private readonly ServiceCollection _services = new();
    private readonly FakeConsumers _consumers = new();

    public AddKafkaConsumersTests()
    {
        _services.AddLogging();
        _services.AddSingleton<IKafkaConsumers>(_consumers);
        _services.AddSingleton<IConsumerSettingsSource>(_consumers);
        _services.AddSingleton<IHostApplicationLifetime>(_consumers);
    }

    public void Dispose() => _consumers.Dispose();

    private void Declare(string name, ConsumerSnapshot? snapshot, bool enabled = true)
    {
        _services.AddSingleton(new ConsumerDeclaration(name, null));
        _consumers.Add(name, snapshot, enabled);
    }

    private async Task<HealthReport> CheckAsync()
    {
        await using var provider = _services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
    }

    private ICollection<HealthCheckRegistration> Registrations() =>
        _services.BuildServiceProvider().GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations;

    private static ConsumerSnapshot Of(WorkerState state) => Snapshots.Consumer(Snapshots.Worker(state));

    [Fact]
    public void AddKafkaConsumers_BeforeAndAfterDeclarations_RegistersTwoChecksEach()
    {
        Declare("orders", Of(WorkerState.Running));
        _services.AddHealthChecks().AddKafkaConsumers();
        Declare("refunds", Of(WorkerState.Running));

        Assert.Equal(
            ["kafka-consumer-orders: ready", "kafka-consumer-orders-live: live", "kafka-consumer-refunds: ready", "kafka-consumer-refunds-live: live"],
            Registrations().Select(static one => $"{one.Name}: {string.Join(',', one.Tags)}"));
    }

    [Fact]
    public async Task AddKafkaConsumers_ConfiguredAndNoneRegistered_IsDegradedAndSaysWhatToCall()
    {
        _services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Kafka:Consumers:orders:GroupId", "billing")]).Build());
        _services.AddHealthChecks().AddKafkaConsumers();

        var entry = Assert.Single((await CheckAsync()).Entries);
        Assert.Equal(("kafka-consumers", HealthStatus.Degraded), (entry.Key, entry.Value.Status));
        Assert.Contains("Call AddKafkaConsumer(\"orders\")", entry.Value.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kafka:Consumers:orders", "orders", "orders")]
    [InlineData("Kafka:Consumers", "orders", "<name>")]
    [InlineData("Kafka:Consumers:0", "orders", "<name>")]
    public async Task AddKafkaConsumers_NoneRegisteredAndAValueWhereASectionBelongs_IsDegraded(string path, string value, string name)
    {
        _services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new(path, value)]).Build());
        _services.AddHealthChecks().AddKafkaConsumers();

        var entry = Assert.Single((await CheckAsync()).Entries).Value;
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains($"Call AddKafkaConsumer(\"{name}\")", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddKafkaConsumers_NoneRegisteredAndTheConfiguredOneIsNotEnabled_AddsNothing()
    {
        _services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Kafka:Consumers:orders:Enabled", "False")]).Build());
        _services.AddHealthChecks().AddKafkaConsumers();

        Assert.Empty((await CheckAsync()).Entries);
    }

    [Fact]
    public async Task AddKafkaConsumers_Twice_IsHarmlessAndTheLastCallCounts()
    {
        Declare("orders", Of(WorkerState.Running));
        _services.AddHealthChecks().AddKafkaConsumers().AddKafkaConsumers(tags: ["kafka"], timeout: TimeSpan.FromSeconds(2));

        Assert.Equal(2, (await CheckAsync()).Entries.Count);
        Assert.All(Registrations(), static one =>
        {
            Assert.Contains("kafka", one.Tags);
            Assert.Equal(TimeSpan.FromSeconds(2), one.Timeout);
        });
    }

    [Fact]
    public async Task AddKafkaConsumers_SameNameDeclaredTwice_LeavesTheErrorToTheHost()
    {
        Declare("orders", Of(WorkerState.Running));
        Declare("orders", Of(WorkerState.Running));
        _services.AddHealthChecks().AddKafkaConsumers();

        Assert.Equal(2, (await CheckAsync()).Entries.Count);
    }

    [Fact]
    public async Task Checks_TellReadinessAndLivenessApart()
    {
        Declare("orders", Of(WorkerState.Restarting));
        _services.AddHealthChecks().AddKafkaConsumers();

        var report = await CheckAsync();

        var ready = report.Entries["kafka-consumer-orders"];
        Assert.Equal(HealthStatus.Unhealthy, ready.Status);
        Assert.Equal("Worker 0 is starting again: no cause is known.", ready.Description);
        Assert.Equal("Restarting", ready.Data["workers"]);
        Assert.Equal(HealthStatus.Healthy, report.Entries["kafka-consumer-orders-live"].Status);
    }

    [Fact]
    public async Task Checks_FailureStatus_StandsForUnhealthyOnly()
    {
        Declare("orders", Of(WorkerState.Failed));
        Declare("refunds", Of(WorkerState.Starting));
        _services.AddHealthChecks().AddKafkaConsumers(HealthStatus.Degraded);

        var report = await CheckAsync();

        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Equal(HealthStatus.Degraded, report.Entries["kafka-consumer-orders-live"].Status);
        Assert.Equal(HealthStatus.Degraded, report.Entries["kafka-consumer-refunds"].Status);
    }

    [Fact]
    public async Task Checks_DisabledConsumer_IsHealthyAndSaysSo()
    {
        Declare("orders", snapshot: null, enabled: false);
        _services.AddHealthChecks().AddKafkaConsumers();

        var report = await CheckAsync();

        Assert.All(report.Entries.Values, static entry => Assert.Equal((HealthStatus.Healthy, "Disabled by configuration (Enabled is false)."), (entry.Status, entry.Description)));
        Assert.Equal(2, report.Entries.Count);
    }

    [Fact]
    public async Task Checks_HostStopping_StaysUnhealthyUntilTheEnd()
    {
        Declare("orders", Of(WorkerState.Stopped));
        _services.AddHealthChecks().AddKafkaConsumers();
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Entries["kafka-consumer-orders"].Status);

        _consumers.StopApplication();

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Entries["kafka-consumer-orders"].Status);
    }

    [Fact]
    public async Task Checks_UnknownToTheHost_FailLoudly()
    {
        Declare("orders", snapshot: null);
        _services.AddHealthChecks().AddKafkaConsumers();

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Entries["kafka-consumer-orders"].Status);
    }

    [Fact]
    public async Task AddKafkaConsumers_NoConsumer_AddsNothing()
    {
        _services.AddHealthChecks().AddKafkaConsumers();

        Assert.Empty((await CheckAsync()).Entries);
    }

    [Fact]
    public void AddKafkaConsumers_Null_IsRefused() =>
        Assert.Throws<ArgumentNullException>(static () => KafkaConsumersHealthChecksBuilderExtensions.AddKafkaConsumers(null!));
}
