using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Fakes;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>What is said when configuration changes under a running host.</summary>
public sealed class SettingsWatchTests : IDisposable
{
    private const string Orders = "Kafka:Consumers:orders";

    private readonly FakeTimeProvider _time = new();
    private readonly ReloadableSource _file = new();
    private readonly HostApplicationBuilder _builder = ConfiguredHost.Builder(
        $$"""
        { "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": {
            "orders": { "Topics": ["orders"], "GroupId": "billing", "MaxPollRecords": 10, "Client": { "sasl.password": "hunter2", "security.protocol": "SASL_SSL", "sasl.mechanisms": "PLAIN", "sasl.username": "billing" } },
            "audit": { "Topics": ["orders"], "GroupId": "audit" } } } }
        """,
        "orders", "audit");

    private IHost? _host;

    public SettingsWatchTests()
    {
        _builder.Configuration.Sources.Add(_file);
        _builder.Services.AddSingleton<TimeProvider>(_time);
        _builder.Services.AddFakeLogging();
    }

    private IServiceProvider Services => _host!.Services;

    public void Dispose() => _host?.Dispose();

    [Fact]
    public void Reload_OptionsOfOneConsumerChange_OneEntryWithOldAndNewValuesAndWithoutSecrets()
    {
        Start();

        _file.Change(($"{Orders}:MaxPollRecords", "20"), ($"{Orders}:Client:sasl.password", "hunter3"));
        _file.Change(($"{Orders}:Commit:Interval", "00:00:01"), ($"{Orders}:Client:client.rack", "r1"));

        var entry = Assert.Single(Reloaded());
        Assert.Equal((1110, LogLevel.Warning), (entry.Id.Id, entry.Level));
        Assert.Equal(
            "Consumer orders: its configuration has changed, which takes effect at the next start of the process; until then it goes on with what it was started with. "
            + "MaxPollRecords = 20 (was 10); Commit:Interval = 00:00:01 (was not set); client: client.rack = r1 (was not set); client: sasl.password = *** (was ***)",
            entry.Message);
        Assert.Equal(10, Services.GetRequiredService<IConsumerSettingsSource>().Load()[0].Options.MaxPollRecords);
    }

    [Fact]
    public void Reload_SecretIsSetAndChangedAgain_IsSaidEachTimeWithoutTheValue()
    {
        Start();

        _file.Change(($"{Orders}:Client:ssl.key.password", "hunter4"));
        Assert.EndsWith("client: ssl.key.password = *** (was not set)", Assert.Single(Reloaded()).Message, StringComparison.Ordinal);
        _file.Change(($"{Orders}:Client:ssl.key.password", null), ($"{Orders}:Client:sasl.password", "hunter5"));
        Assert.EndsWith("client: sasl.password = *** (was ***)", Reloaded()[^1].Message, StringComparison.Ordinal);
        _file.Change(($"{Orders}:Client:sasl.password", "hunter6"));
        Assert.EndsWith("client: sasl.password = *** (was ***)", Reloaded()[^1].Message, StringComparison.Ordinal);

        Assert.Equal([1110, 1110, 1110], Reloaded().Select(static entry => entry.Id.Id));
        Assert.DoesNotContain(Logged(), static entry => entry.Message.Contains("hunter", StringComparison.Ordinal));
    }

    /// <summary>A client at each reload would be one too many: the next start makes it.</summary>
    [Fact]
    public void Reload_FileOfACertificateIsMissing_NoClientIsTried()
    {
        Start();

        _file.Change(($"{Orders}:Client:ssl.ca.location", "/none/ca.pem"));

        Assert.Equal(1110, Assert.Single(Reloaded()).Id.Id);
    }

    [Fact]
    public void Reload_TwoEventsInOneSecond_AreComparedOnceAfterTheLast()
    {
        Start();

        _file.Change(($"{Orders}:MaxPollRecords", "20"));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        _file.Change(($"{Orders}:MaxPollRecords", "30"));
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(Logged());

        Assert.Contains("MaxPollRecords = 30 (was 10)", Assert.Single(Reloaded()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_ClusterChanges_EachOfItsConsumersSaysSo()
    {
        Start();

        _file.Change(("Kafka:BootstrapServers", "other:9092"));

        Assert.Equal(
            ["BootstrapServers = other:9092 (was localhost:9092)", "BootstrapServers = other:9092 (was localhost:9092)"],
            Reloaded().Select(static entry => entry.Message[(entry.Message.IndexOf(". ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public void Reload_NothingOfAConsumerChanges_SaysNothing()
    {
        // A group of its own for each process: the callback gives another one each time, and nothing has changed.
        _builder.Services.Configure<KafkaConsumerOptions>("audit", static options => options.GroupId = $"audit-{Guid.NewGuid():N}");
        _builder.Services.Configure<KafkaConsumerOptions>("audit", static options => options.Client["client.rack"] = $"{Guid.NewGuid():N}");
        Start();

        _file.Change(("Logging:LogLevel:Default", "Debug"), ("Kafka:Producers:acks", "all"));

        Assert.Empty(Reloaded());
    }

    [Fact]
    public void Reload_DisabledConsumer_SaysOnlyThatItIsEnabled()
    {
        _file.Change(($"{Orders}:Enabled", "false"));
        Start();

        _file.Change(($"{Orders}:MaxPollRecords", "20"));
        Assert.Empty(Reloaded());

        _file.Change(($"{Orders}:Enabled", "true"));
        Assert.Contains("Enabled = true (was false)", Assert.Single(Reloaded()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_SameChangeAgain_IsSaidOnce_AndThatItIsTakenBack()
    {
        Start();

        _file.Change(($"{Orders}:MaxPollRecords", "20"));
        Assert.Single(Reloaded());
        _file.Change(("Logging:LogLevel:Default", "Debug"));
        Assert.Single(Reloaded());
        _file.Change(($"{Orders}:MaxPollRecords", null));

        Assert.Equal((1112, "Consumer orders: its configuration is again what it was started with"), (Reloaded()[^1].Id.Id, Logged()[^1].Message));
        Assert.Equal(2, Logged().Count);
    }

    [Fact]
    public void Reload_WrongValues_SaysAllThatIsWrongAndWhenItIsMended()
    {
        Start();

        _file.Change(($"{Orders}:MaxPollRecords", "many"), ($"{Orders}:Client:sasl.pasword", "hunter2"));
        var entry = Assert.Single(Reloaded());
        Assert.Equal((1111, LogLevel.Warning), (entry.Id.Id, entry.Level));
        Assert.StartsWith("The configuration has changed and is wrong: the next start of the process would fail; ", entry.Message, StringComparison.Ordinal);
        Assert.Contains($"{Orders}:MaxPollRecords = many: is not a whole number", entry.Message, StringComparison.Ordinal);
        Assert.Contains($"{Orders}:Client:sasl.pasword = ***: ", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", entry.Message, StringComparison.Ordinal);

        _file.Change(($"{Orders}:MaxPollRecords", "20"), ($"{Orders}:Client:sasl.pasword", null));

        Assert.Equal([1111, 1110, 1112], Reloaded().Select(static later => later.Id.Id));
    }

    [Fact]
    public void Reload_CallbackOfTheApplicationThrows_IsReportedAndTheWatchGoesOn()
    {
        var throws = false;
        _builder.Services.Configure<KafkaConsumerOptions>("orders", _ =>
        {
            if (throws)
            {
                throw new FormatException("no such zone");
            }
        });
        Start();

        throws = true;
        _file.Change(($"{Orders}:MaxPollRecords", "20"));
        var entry = Assert.Single(Reloaded());
        Assert.Equal(1111, entry.Id.Id);
        Assert.EndsWith("System.FormatException: no such zone", entry.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(entry.Exception);

        throws = false;
        _file.Change(($"{Orders}:MaxPollRecords", "30"));
        Assert.Contains(Reloaded(), static later => later.Message.Contains("MaxPollRecords = 30 (was 10)", StringComparison.Ordinal));
    }

    [Fact]
    public void Reload_SectionOfAnotherConfiguration_IsWatchedToo()
    {
        var other = new ReloadableSource();
        var own = new ConfigurationBuilder().Add(other).Build();
        other.Change(("mine:Topics:0", "orders"), ("mine:GroupId", "mine"));
        _builder.Services.AddSingleton(new ConsumerDeclaration("mine", own.GetSection("mine")));
        Start();

        other.Change(("mine:Workers", "2"));

        Assert.StartsWith("Consumer mine: ", Assert.Single(Reloaded()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_WhileAReloadIsTold_DoesNotWaitForItself()
    {
        var own = new ConfigurationBuilder().AddInMemoryCollection([new("mine:Topics:0", "orders"), new("mine:GroupId", "mine")]).Build();
        _builder.Services.AddSingleton(new ConsumerDeclaration("mine", new SectionInReload(own.GetSection("mine"))));
        Start();

        await Task.Run(Services.GetRequiredService<SettingsWatch>().Dispose, TestContext.Current.CancellationToken).Soon();

        Assert.Empty(Reloaded());
    }

    [Fact]
    public async Task StopAsync_ReloadsBeforeAndAfter_AreWatchedUntilTheStop()
    {
        var file = new ReloadableSource();
        await using var host = ConsumerHost.OfOrders().Configure(file);
        await host.StartAsync();

        file.Change(($"{Orders}:MaxPollRecords", "20"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(host.Logged(1110));

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();
        file.Change(($"{Orders}:MaxPollRecords", "30"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(host.Logged(1110));
    }

    private void Start()
    {
        _host = _builder.Build();
        Services.GetRequiredService<IConsumerSettingsSource>().Load();
        Services.GetRequiredService<SettingsWatch>().Start();
    }

    /// <summary>What has been logged once a reload has been compared.</summary>
    private IReadOnlyList<FakeLogRecord> Reloaded()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return Logged();
    }

    private IReadOnlyList<FakeLogRecord> Logged() => Services.GetFakeLogCollector().GetSnapshot();
}
