namespace Consumers.Framework.Tests.Configuration;

/// <summary>Settings that stand where nobody reads them: without a refusal the client would speak plain text.</summary>
public sealed class MisplacedSettingsTests
{
    private const string Consumer = "\"orders\": { \"Topics\": [\"a\"], \"GroupId\": \"g\" }";

    /// <summary>What stands in <c>Kafka</c>; then the beginning and a part of one of the failures.</summary>
    public static TheoryData<string, string, string> Settings => new()
    {
        // Among the sections of consumers or clusters.
        { Consumers("\"security.protocol\": \"SASL_SSL\""), "Kafka:Consumers:security.protocol = SASL_SSL: ", "Kafka:Client:security.protocol" },
        { Consumers("\"sasl.password\": \"hunter2\""), "Kafka:Consumers:sasl.password = ***: ", "Kafka:Client:sasl.password" },
        { Consumers("\"SaslPassword\": \"hunter2\""), "Kafka:Consumers:SaslPassword = ***: ", "Kafka:Client:sasl.password" },
        { Consumers("\"BootstrapServers\": \"a:1\""), "Kafka:Consumers:BootstrapServers = a:1: ", "write it as Kafka:BootstrapServers" },
        { Consumers("\"Workers\": 3"), "Kafka:Consumers:Workers = 3: ", "Kafka:Consumers:<name>:Workers" },
        { Consumers("\"payments\": \"hunter2\""), "Kafka:Consumers:payments = ***: is a value", "write Kafka:Consumers:payments:Topics" },
        { Clusters("{ \"security.protocol\": \"SSL\" }"), "Kafka:Clusters:security.protocol = SSL: ", "Kafka:Clusters:<name>:Client:security.protocol" },
        { Clusters("{ \"sasl.password\": \"hunter2\" }"), "Kafka:Clusters:sasl.password = ***: ", "Kafka:Clusters:<name>:Client:sasl.password" },
        { Clusters("{ \"BootstrapServers\": \"a:1\" }"), "Kafka:Clusters:BootstrapServers = a:1: ", "write it as Kafka:Clusters:<name>:BootstrapServers" },
        { Clusters("{ \"west\": \"west:9092\" }"), "Kafka:Clusters:west = ***: is a value", "write Kafka:Clusters:west:BootstrapServers" },
        { Clusters("[\"west\"]"), "Kafka:Clusters:0 = ***: is a value", "write Kafka:Clusters:<name>:BootstrapServers" },
        { Clusters("\"west\""), "Kafka:Clusters = ***: holds a section for each name", "write Kafka:Clusters:<name>:BootstrapServers" },

        // In sections of other names.
        { Kafka("\"ConsumerConfig\": { \"SecurityProtocol\": \"SaslSsl\", \"SaslPassword\": \"hunter2\" }"), "Kafka:ConsumerConfig:SecurityProtocol = SaslSsl: ", "Kafka:Client:security.protocol, with the value SASL_SSL" },
        { Kafka("\"ConsumerConfig\": { \"SecurityProtocol\": \"SaslSsl\", \"SaslPassword\": \"hunter2\" }"), "Kafka:ConsumerConfig:SaslPassword = ***: ", "Kafka:Client:sasl.password" },
        { Kafka("\"Configuration\": { \"security.protocol\": \"SSL\" }"), "Kafka:Configuration:security.protocol = SSL: ", "Kafka:Client:security.protocol" },
        { Kafka("\"Options\": { \"sasl.password\": \"hunter2\", \"Other\": 1 }"), "Kafka:Options:sasl.password = ***: ", "Kafka:Client:sasl.password" },
        { Kafka("\"Default\": { \"security.protocol\": \"SSL\", \"Other\": 1 }"), "Kafka:Default:security.protocol = SSL: ", "Kafka:Client:security.protocol" },
        { Kafka("\"SaslSettings\": { \"Username\": \"hunter2\" }"), "Kafka:SaslSettings:Username = ***: ", "Kafka:Client:sasl.username" },
        { Kafka("\"Credentials\": { \"Username\": \"hunter2\", \"Password\": \"hunter2\" }"), "Kafka:Credentials:Password = ***: ", "Kafka:Client:sasl.password" },
        { Kafka("\"Authentication\": { \"SaslUsername\": \"hunter2\", \"Enabled\": true }"), "Kafka:Authentication:SaslUsername = ***: ", "Kafka:Client:sasl.username" },
        { Kafka("\"west\": { \"Servers\": \"a:1\", \"Sasl\": { \"Password\": \"hunter2\" } }"), "Kafka:west:Sasl:Password = ***: ", "goes out of Kafka" },
        { Kafka("\"Consumer\": { \"orders\": { \"Client\": { \"security.protocol\": \"SSL\" } } }"), "Kafka:Consumer = { ... }: ", "did you mean Consumers?" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Load_SettingWhereNobodyReadsIt_IsRefusedWithItsPlace(string kafka, string beginning, string fix)
    {
        var failures = ConfiguredHost.Builder($$"""{ "Kafka": { {{ConfiguredHost.Servers}}, {{kafka}} } }""", "orders").Failures();

        var failure = Assert.Single(failures, f => f.StartsWith(beginning, StringComparison.Ordinal));
        Assert.Contains(fix, failure, StringComparison.Ordinal);
        Assert.DoesNotContain(failures, f => f.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"Outbox\": { \"SaslPassword\": \"x\", \"Acks\": \"All\" }")]
    [InlineData("\"AdminClient\": { \"SaslPassword\": \"x\" }")]
    [InlineData("\"Options\": { \"Producer\": { \"SaslPassword\": \"x\" }, \"TopicPrefix\": \"eu\" }")]
    [InlineData("\"Application\": { \"SaslPassword\": \"x\" }")]
    [InlineData("\"Database\": { \"Username\": \"x\", \"Password\": \"y\" }")]
    public void Load_SectionOfAnotherClient_StaysAlone(string section) =>
        Assert.NotNull(ConfiguredHost.Builder($$"""{ "Kafka": { {{ConfiguredHost.Servers}}, {{Kafka(section)}} } }""", "orders").LoadOne());

    [Theory]
    [InlineData("sasl.oauthbearer.client.id")]
    [InlineData("sasl.oauthbearer.client.secret")]
    [InlineData("sasl.oauthbearer.token.endpoint.url")]
    [InlineData("ssl.key.password")]
    public void Load_CredentialWithoutSecurityProtocol_IsRefused(string key)
    {
        var failure = Assert.Single(ConfiguredHost.Orders($$""" "Client": { "{{key}}": "http://x" } """).Failures());

        Assert.Contains($"security.protocol = (not set): is PLAINTEXT then, and {key} is never used", failure, StringComparison.Ordinal);
    }

    private static string Kafka(string section) => $$"""{{section}}, "Consumers": { {{Consumer}} } """;

    private static string Consumers(string setting) => $$""" "Consumers": { {{setting}}, {{Consumer}} } """;

    private static string Clusters(string clusters) => Kafka($"\"Clusters\": {clusters}");
}
