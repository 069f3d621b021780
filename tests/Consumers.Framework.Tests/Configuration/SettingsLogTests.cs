using Consumers.Framework.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Consumers.Framework.Tests.Configuration;

public sealed class SettingsLogTests
{
    [Fact]
    public void NonDefaults_ThreeProvidersAndCode_EachSaysItsOrigin()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "appsettings.json"), """{ "Kafka": { "Client": { "client.rack": "r1" }, "Consumers": { "orders": { "MaxPollRecords": 10 } } } }""");
            var builder = ConfiguredHost.Orders("\"Commit\": { \"Strategy\": \"Async\" }");
            builder.Configuration.AddJsonFile(Path.Combine(folder.FullName, "appsettings.json"));
            builder.Configuration.AddCommandLine(["--Kafka:Consumers:orders:Workers", "2"]);
            Environment.SetEnvironmentVariable("CFTEST_Kafka__Consumers__orders__Topics__0", "payments");
            builder.Configuration.AddEnvironmentVariables("CFTEST_");
            builder.Services.Configure<KafkaConsumerOptions>("orders", o =>
            {
                o.ClientId = "shop";
                o.Client["log_level"] = "5";
            });

            var settings = builder.LoadOne().NonDefaults.ToDictionary(s => s.Key);

            Assert.Equal(["BootstrapServers", "ClientId", "GroupId", "MaxPollRecords", "Topics", "Workers", "client: client.rack", "client: log_level"], settings.Keys.Order(StringComparer.Ordinal));
            Assert.Equal(new EffectiveSetting("MaxPollRecords", "10", "appsettings.json: Kafka:Consumers:orders:MaxPollRecords"), settings["MaxPollRecords"]);
            Assert.Equal(new EffectiveSetting("client: client.rack", "r1", "appsettings.json: Kafka:Client:client.rack"), settings["client: client.rack"]);
            Assert.Equal(new EffectiveSetting("Workers", "2", "command line: Kafka:Consumers:orders:Workers"), settings["Workers"]);
            Assert.Equal(new EffectiveSetting("Topics", "[payments]", "environment variables: Kafka:Consumers:orders:Topics:0"), settings["Topics"]);
            Assert.Equal(new EffectiveSetting("ClientId", "shop", "code"), settings["ClientId"]);
            Assert.Equal(new EffectiveSetting("client: log_level", "5", "code"), settings["client: log_level"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CFTEST_Kafka__Consumers__orders__Topics__0", null);
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Write_Consumer_OneEntryWithoutSecrets()
    {
        var settings = ConfiguredHost.Orders(
            "\"Workers\": 2, \"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"PLAIN\", \"sasl.username\": \"bob\", \"sasl.password\": \"hunter2\", \"ssl.key.password\": \"hunter2\", \"sasl.oauthbearer.client.secret\": \"hunter2\" }").LoadOne();
        var logger = new FakeLogger();

        SettingsLog.Write(logger, settings);

        var entry = Assert.Single(logger.Collector.GetSnapshot());
        Assert.Equal((1100, LogLevel.Information), (entry.Id.Id, entry.Level));
        Assert.StartsWith("Consumer orders: group billing, topics orders, 2 worker(s), commit strategy Async. Not default: ", entry.Message, StringComparison.Ordinal);
        Assert.Contains("client: sasl.password = ***", entry.Message, StringComparison.Ordinal);
        Assert.Contains("client: security.protocol = SASL_SSL", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", entry.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", entry.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("billing-7d9c8b6f5d-x2vbn", true)]
    [InlineData("3f2a9c01b7de", true)]
    [InlineData("billing-0", false)]
    [InlineData("web-server-01", false)]
    public void Warnings_HostNameOfADeploymentsPod_IsPointedOut(string hostName, bool warns)
    {
        var builder = ConfiguredHost.Orders("\"GroupInstanceId\": \"{host}\"");
        builder.Services.AddSingleton(new HostIdentity(hostName, _ => null));
        var settings = builder.LoadOne();
        var logger = new FakeLogger();

        SettingsLog.Write(logger, settings);

        Assert.Equal(warns, logger.Collector.GetSnapshot().Any(e => e.Id.Id == 1102 && e.Level == LogLevel.Warning && e.Message.Contains(hostName, StringComparison.Ordinal)));
    }

    [Fact]
    public void Warnings_LeaveGroupOnStopOfDynamicMembers_IsPointedOut() =>
        Assert.Contains("a dynamic member always leaves", Assert.Single(ConfiguredHost.Orders("\"Shutdown\": { \"LeaveGroupOnStop\": true }").LoadOne().Warnings), StringComparison.Ordinal);

    [Fact]
    public void Warnings_OrderingWithoutConcurrency_IsPointedOut() =>
        Assert.Contains("MaxConcurrency", Assert.Single(ConfiguredHost.Orders("\"Ordering\": \"Key\"").LoadOne().Warnings), StringComparison.Ordinal);

    [Fact]
    public void Write_Disabled_SaysSo()
    {
        var logger = new FakeLogger();
        SettingsLog.Write(logger, ConfiguredHost.Orders("\"Enabled\": false").LoadOne());

        Assert.Equal(1101, Assert.Single(logger.Collector.GetSnapshot()).Id.Id);
    }
}
