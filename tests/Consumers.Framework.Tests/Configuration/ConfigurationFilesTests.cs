using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>Configurations of more than one file: what a later one overrides, and what it cannot.</summary>
public sealed class ConfigurationFilesTests
{
    private const string Base = """
        { "Kafka": { "BootstrapServers": "kafka-1:9092", "Consumers": { "orders": { "Topics": ["orders", "returns"], "GroupId": "billing" } } } }
        """;

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public void Load_LaterFileEmptiesTheTopics_IsRefusedBecauseListsAreMerged(string erased)
    {
        var failure = Assert.Single(Host(Base, $$"""{ "Kafka": { "Consumers": { "orders": { "Topics": {{erased}} } } } }""").Failures());

        Assert.StartsWith("Kafka:Consumers:orders:Topics = []: was emptied by ", failure, StringComparison.Ordinal);
        Assert.Contains("an entry is replaced by Kafka:Consumers:orders:Topics:0", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EarlierFileHasNullTopics_IsTheLaterList() =>
        Assert.Equal(["orders", "returns"], Host("""{ "Kafka": { "Consumers": { "orders": { "Topics": null } } } }""", Base).LoadOne().Options.Topics);

    [Theory]
    [InlineData("""{ "Kafka": { "Consumers": { "orders": { "GroupId": null } } } }""", "Kafka:Consumers:orders:GroupId")]
    [InlineData("""{ "Kafka": { "BootstrapServers": null } }""", "Kafka:BootstrapServers")]
    public void Load_LaterFileTakesARequiredValueAway_SaysWhichFile(string later, string path)
    {
        var failure = Assert.Single(Host(Base, later).Failures());

        Assert.Contains(" = (not set): is required", failure, StringComparison.Ordinal);
        Assert.Contains($"takes away what Json", failure, StringComparison.Ordinal);
        Assert.Contains($"({path})", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Kafka": { "BootstrapServers": ["a:1", " b:2 "], "Consumers": { "orders": { "Topics": ["o"], "GroupId": "g" } } } }""")]
    [InlineData("""{ "Kafka": { "Consumers": { "orders": { "BootstrapServers": ["a:1", "b:2"], "Topics": ["o"], "GroupId": "g" } } } }""")]
    [InlineData("""{ "Kafka": { "Clusters": { "w": { "BootstrapServers": ["a:1", "b:2"] } }, "Consumers": { "orders": { "Cluster": "w", "Topics": ["o"], "GroupId": "g" } } } }""")]
    [InlineData("""{ "ConnectionStrings": { "kafka": ["a:1", "b:2"] }, "Kafka": { "Consumers": { "orders": { "Topics": ["o"], "GroupId": "g" } } } }""")]
    public void Load_BrokersAsAList_AreJoined(string json) => Assert.Equal("a:1,b:2", Host(json).LoadOne().Options.BootstrapServers);

    [Fact]
    public void Load_BrokersAsAListOverAText_IsRefused()
    {
        var failure = Assert.Single(Host(Base, """{ "Kafka": { "BootstrapServers": ["a:1"] } }""").Failures());

        Assert.StartsWith("Kafka:BootstrapServers = kafka-1:9092: is given as a text and as a list", failure, StringComparison.Ordinal);
        Assert.Contains("write it the same way in both places", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Producers\": { \"acks\": \"all\", \"security.protocol\": \"SSL\" }")]
    [InlineData("\"Producer\": { \"SaslUsername\": \"u\", \"Acks\": \"All\" }")]
    [InlineData("\"SchemaRegistry\": { \"Url\": \"http://r\", \"Ssl\": { \"CaLocation\": \"x\" } }")]
    [InlineData("\"SchemaRegistry\": { \"Ssl\": { \"CaLocation\": \"x\" } }")]
    [InlineData("\"Auth\": { \"ClientId\": \"x\", \"ClientSecret\": \"y\" }")]
    [InlineData("\"Config\": { \"acks\": \"all\", \"security.protocol\": \"SSL\" }")]
    [InlineData("\"Application\": { \"TopicPrefix\": \"eu\" }")]
    [InlineData("\"Nothing\": null")]
    public void Load_SectionOfTheApplication_StaysAlone(string section) => Assert.Equal(
        ["orders", "returns"], Host(Base, $$"""{ "Kafka": { {{section}} } }""").LoadOne().Options.Topics);

    private static HostApplicationBuilder Host(string first, params string[] later)
    {
        var builder = ConfiguredHost.Builder(first, "orders");
        foreach (var file in later)
        {
            builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file)));
        }

        return builder;
    }
}
