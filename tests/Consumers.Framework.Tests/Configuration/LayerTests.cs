using Consumers.Framework.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Configuration;

public sealed class LayerTests
{
    [Fact]
    public void Load_EveryKindOfOption_IsBound()
    {
        var options = ConfiguredHost.Orders("""
            "Workers": "3", "StartPaused": true, "AutoOffsetReset": "latest", "IsolationLevel": "ReadUncommitted",
            "SessionTimeout": "00:00:30", "Commit": { "Strategy": "Sync", "Interval": "00:00:01" }, "Health": { "MaxLag": 5000000000 },
            "Failures": { "Retry": { "MaxAttempts": 2, "Jitter": false }, "WhenExhausted": "Skip" }, "Routing": { "Header": "type" }
            """).LoadOne().Options;

        Assert.Equal(["orders"], options.Topics);
        Assert.Equal(3, options.Workers);
        Assert.True(options.StartPaused);
        Assert.Equal(OffsetReset.Latest, options.AutoOffsetReset);
        Assert.Equal(Confluent.Kafka.IsolationLevel.ReadUncommitted, options.IsolationLevel);
        Assert.Equal(TimeSpan.FromSeconds(30), options.SessionTimeout);
        Assert.Equal(CommitStrategy.Sync, options.Commit.Strategy);
        Assert.Equal(TimeSpan.FromSeconds(1), options.Commit.Interval);
        Assert.Equal(5_000_000_000, options.Health.MaxLag);
        Assert.Equal(2, options.Failures.Retry.MaxAttempts);
        Assert.False(options.Failures.Retry.Jitter);
        Assert.Equal(ExhaustedPolicy.Skip, options.Failures.WhenExhausted);
        Assert.Equal("type", options.Routing.Header);
        Assert.Equal(2_000, options.Buffer.MaxRecords);
    }

    [Fact]
    public void Load_Partitions_AreBoundByTopic()
    {
        var settings = ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "orders": { "Partitions": { "Orders.v1": [0, 3], "b": [1] } } } } }""", "orders").LoadOne();

        Assert.Equal([0, 3], settings.Options.Partitions["Orders.v1"]);
        Assert.Equal([1], settings.Options.Partitions["b"]);
        Assert.False(settings.Commits);
    }

    [Fact]
    public void Load_NullAndEmptyGroups_KeepTheDefaults()
    {
        var options = ConfiguredHost.Orders("\"Commit\": {}, \"Failures\": null, \"Workers\": null, \"ClientId\": null, \"Client\": {}, \"Partitions\": {}").LoadOne().Options;

        Assert.Equal(CommitStrategy.Async, options.Commit.Strategy);
        Assert.Equal(5, options.Failures.Retry.MaxAttempts);
        Assert.Equal(1, options.Workers);
    }

    [Fact]
    public void Load_LaterProvider_OverridesOneKey()
    {
        var builder = ConfiguredHost.Orders("\"Workers\": 2, \"Commit\": { \"Strategy\": \"Sync\" }");
        builder.Configuration.AddInMemoryCollection([new("kafka:consumers:ORDERS:workers", "4")]);

        var options = builder.LoadOne().Options;
        Assert.Equal((4, CommitStrategy.Sync), (options.Workers, options.Commit.Strategy));
    }

    [Fact]
    public void Load_Code_ComesAfterConfigurationWhereverItIsRegistered()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.Configure<KafkaConsumerOptions>("orders", o => o.Workers = 5);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Kafka:BootstrapServers", "a:1"), new("Kafka:Consumers:orders:Workers", "2"), new("Kafka:Consumers:orders:Topics:0", "t"),
            new("Kafka:Consumers:orders:GroupId", "g"),
        ]);
        builder.Services.AddKafkaConsumerConfiguration().AddKafkaConsumerConfiguration();
        builder.Services.AddSingleton(new ConsumerDeclaration("orders", null));
        builder.Services.Configure<KafkaConsumerOptions>("orders", o => o.GroupId += "-code");

        var options = builder.LoadOne().Options;
        Assert.Equal((5, "g-code"), (options.Workers, options.GroupId));
    }

    [Fact]
    public void Load_CodeSetsABadValue_IsRefusedByPath()
    {
        var builder = ConfiguredHost.Orders("");
        builder.Services.Configure<KafkaConsumerOptions>("orders", o =>
        {
            o.MaxConcurrency = 0;
            o.Commit.Strategy = (CommitStrategy)99;
            o.Routing.Header = null!;
            o.Client["acks"] = "all";
        });

        var failures = builder.Failures();
        Assert.Equal(4, failures.Count);
        Assert.Contains(failures, f => f.StartsWith("Kafka:Consumers:orders:MaxConcurrency = 0: is out of range; set it to 1 to 10000", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_CodeSetsAGroupToNullOrTheCluster_IsRefused()
    {
        var builder = ConfiguredHost.Orders("");
        builder.Services.Configure<KafkaConsumerOptions>("orders", o => o.Commit = null!);
        Assert.StartsWith("Kafka:Consumers:orders:Commit = (not set): was set to null in code", Assert.Single(builder.Failures()), StringComparison.Ordinal);

        builder = ConfiguredHost.Orders("");
        builder.Services.Configure<KafkaConsumerOptions>("orders", o => o.Cluster = "west");
        Assert.StartsWith("Kafka:Consumers:orders:Cluster = west: was set in code", Assert.Single(builder.Failures()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OwnValidatorOfTheApplication_IsReportedWithTheRest()
    {
        var builder = ConfiguredHost.Orders("\"Workers\": 0");
        builder.Services.AddOptions<KafkaConsumerOptions>("orders").Validate(o => o.GroupId == "other", "the group must be other");

        Assert.Collection(builder.Failures(),
            f => Assert.StartsWith("Kafka:Consumers:orders:Workers = 0", f, StringComparison.Ordinal),
            f => Assert.Equal("Kafka:Consumers:orders: the group must be other", f));
    }

    [Fact]
    public void Load_ExplicitSection_ReadsItAndTheClusterOfKafka()
    {
        var builder = ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}} }, "Shop": { "Intake": { "Topics": ["t"], "GroupId": "g", "Worker": 1 } } }""");
        builder.Services.AddSingleton(new ConsumerDeclaration("orders", builder.Configuration.GetSection("Shop:Intake")));

        Assert.StartsWith("Shop:Intake:Worker = 1: is no known option; did you mean Workers?", Assert.Single(builder.Failures()), StringComparison.Ordinal);

        builder = ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}} }, "Shop": { "Intake": { "Topics": ["t"], "GroupId": "g", "Workers": 2 } } }""");
        builder.Services.AddSingleton(new ConsumerDeclaration("orders", builder.Configuration.GetSection("Shop:Intake")));
        var settings = builder.LoadOne();
        Assert.Equal(("orders", 2, "localhost:9092"), (settings.Name, settings.Options.Workers, settings.Options.BootstrapServers));
    }

    [Fact]
    public void Load_SectionOfARegisteredNameThatIsNotRead_SaysWhichIs()
    {
        var builder = ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "orders": { "Workers": 2 } } }, "Shop": { "Topics": ["t"], "GroupId": "g" } }""");
        builder.Services.AddSingleton(new ConsumerDeclaration("orders", builder.Configuration.GetSection("Shop")));

        Assert.Contains("registered with the section Shop", Assert.Single(builder.Failures()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Kafka\": { \"BootstrapServers\": \"a:1\" }, \"ConnectionStrings\": { \"kafka\": \"b:2\" }", "a:1")]
    [InlineData("\"ConnectionStrings\": { \"kafka\": \"b:2\" }", "b:2")]
    [InlineData("\"ConnectionStrings\": { \"Kafka\": \"b:2,c:3\" }", "b:2,c:3")]
    public void Load_ConnectionStrings_GiveTheBrokersThatConfigurationLacks(string json, string expected)
    {
        var builder = ConfiguredHost.Builder("{" + json + "}", "orders");
        builder.Configuration.AddInMemoryCollection([new("Kafka:Consumers:orders:Topics:0", "t"), new("Kafka:Consumers:orders:GroupId", "g")]);

        var settings = builder.LoadOne();
        Assert.Equal(expected, settings.WorkerClients[0]["bootstrap.servers"]);
    }

    [Fact]
    public void Load_Cluster_ReplacesWhatKafkaHolds()
    {
        const string Json = """
            { "Kafka": {
                "BootstrapServers": "main:1", "Client": { "security.protocol": "SSL", "client.rack": "r1" },
                "Clusters": { "west": { "BootstrapServers": "west:1", "Client": { "client.rack": "r2" } }, "unused": { "BootstrapServers": "u:1" } },
                "Consumers": {
                  "a": { "Topics": ["t"], "GroupId": "g1" },
                  "b": { "Topics": ["t"], "GroupId": "g2", "Cluster": "west" },
                  "c": { "Topics": ["t"], "GroupId": "g3", "Cluster": "east" } } },
              "ConnectionStrings": { "East": "east:1" } }
            """;
        var clients = ConfiguredHost.Builder(Json, "a", "b", "c").Load().Select(s => s.WorkerClients[0]).ToList();

        Assert.Equal(["main:1", "west:1", "east:1"], clients.Select(c => c["bootstrap.servers"]));
        Assert.Equal(["r1", "r2", null], clients.Select(c => c.GetValueOrDefault("client.rack")));
        Assert.Equal(["SSL", null, null], clients.Select(c => c.GetValueOrDefault("security.protocol")));
    }

    [Fact]
    public void Load_ClientOfTwoLevels_IsMergedKeyByKey()
    {
        var client = ConfiguredHost.Orders(
            "\"Client\": { \"Client.Rack\": \"mine\", \"log_level\": \"5\" }", "\"Client\": { \"client.rack\": \"theirs\", \"socket.keepalive.enable\": \"true\" }").LoadOne().WorkerClients[0];

        Assert.Equal(("mine", "true", "5"), (client["client.rack"], client["socket.keepalive.enable"], client["log_level"]));
    }

    [Fact]
    public void Load_UnderscoresForDots_AreReadWhereOnlyTheDottedKeyExists()
    {
        var builder = ConfiguredHost.Orders("", "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"PLAIN\", \"sasl.password\": \"p\", \"sasl.username\": \"file\" }");
        builder.Configuration.AddInMemoryCollection(
        [
            new("KAFKA:CLIENT:SASL_USERNAME", "shell"), new("KAFKA:CLIENT:LOG_LEVEL", "4"), new("KAFKA:CLIENT:NO_SUCH_THING", "x"),
        ]);

        Assert.StartsWith("Kafka:Client:NO_SUCH_THING = ***: is no client setting", Assert.Single(builder.Failures()), StringComparison.Ordinal);

        builder = ConfiguredHost.Orders("", "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"PLAIN\", \"sasl.password\": \"p\", \"sasl.username\": \"file\", \"SASL_USERNAME\": \"shell\", \"LOG_LEVEL\": \"4\" }");
        var client = builder.LoadOne().WorkerClients[0];
        Assert.Equal(("shell", "4"), (client["sasl.username"], client["log_level"]));
    }

    [Fact]
    public void Load_Disabled_IsListedAndOnlyItsSpellingIsChecked()
    {
        var json = $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "off": { "Enabled": false, "HeartbeatInterval": "00:00:44" } } } }""";
        var settings = ConfiguredHost.Builder(json, "off").LoadOne();
        Assert.False(settings.Options.Enabled);
        Assert.Empty(settings.WorkerClients);

        var failures = ConfiguredHost.Builder(json.Replace("44", "4x", StringComparison.Ordinal).Replace("{ \"Enabled", "{ \"Bogus\": 1, \"Client\": { \"acks\": 1 }, \"Enabled", StringComparison.Ordinal), "off").Failures();
        Assert.Equal(3, failures.Count);
    }

    [Fact]
    public void Load_OtherKeysOfKafka_AreTheApplications()
    {
        Assert.NotNull(ConfiguredHost.Orders("", "\"Producers\": { \"audit\": { \"acks\": \"all\" } }").LoadOne());
    }

    [Fact]
    public void Load_Twice_ReturnsTheSameList()
    {
        using var host = ConfiguredHost.Orders("").Build();
        var source = host.Services.GetRequiredService<IConsumerSettingsSource>();

        Assert.Same(source.Load(), source.Load());
    }

    [Fact]
    public void Load_HostGrantsLessThanAStopNeeds_SaysBothFixesForTheLongest()
    {
        var builder = ConfiguredHost.Builder($$"""
            { "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": {
                "a": { "Topics": ["t"], "GroupId": "g1" },
                "b": { "Topics": ["t"], "GroupId": "g2", "Rebalance": { "DrainTimeout": "00:00:25" } } } } }
            """, "a", "b");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));

        Assert.Collection(builder.Failures(),
            f => Assert.Contains("a:Rebalance:DrainTimeout = 00:00:19: with Commit:FinalTimeout (00:00:04) and Shutdown:CloseTimeout (00:00:06) a stop may take 00:00:29, " +
                "but HostOptions.ShutdownTimeout is 00:00:20; set it to 00:00:10 or less, or set HostOptions.ShutdownTimeout to 00:00:35 or more", f, StringComparison.Ordinal),
            f => Assert.Contains("b:Rebalance:DrainTimeout = 00:00:25: ", f, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_GoodConfiguration_Starts()
    {
        using var host = ConfiguredHost.Orders("").Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Binder_OtherNames_AreLeftAlone()
    {
        using var host = ConfiguredHost.Orders("\"Workers\": 3").Build();

        var monitor = host.Services.GetRequiredService<IOptionsMonitor<KafkaConsumerOptions>>();
        Assert.Equal((1, 3), (monitor.Get("elsewhere").Workers, monitor.Get("orders").Workers));
    }
}
