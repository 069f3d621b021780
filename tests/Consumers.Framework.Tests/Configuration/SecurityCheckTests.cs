namespace Consumers.Framework.Tests.Configuration;

public sealed class SecurityCheckTests
{
    private const string Plain = "\"sasl.mechanisms\": \"PLAIN\", \"sasl.username\": \"u\", \"sasl.password\": \"p\"";

    [Theory]
    [InlineData(" SASL_PLAINTEXT")]
    [InlineData("\\tsasl_plaintext")]
    public void Load_ProtocolWithWhiteSpace_IsTheOneThatTheClientTakes(string protocol)
    {
        var failure = Assert.Single(ConfiguredHost.Orders($$""" "Client": { "security.protocol": "{{protocol}}", "sasl.mechanisms": "OAUTHBEARER" } """).Failures());

        Assert.Contains("has nothing that a token comes from", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Client\": { \"security.protocol\": \"SASL_SSL\", " + Plain + ", \"sasl.mechanism\": \"OAUTHBEARER\" }", "", "Kafka:Consumers:orders:Client:sasl.mechanism")]
    [InlineData("\"Client\": { \"security.protocol\": \"SASL_SSL\", \"SASL_MECHANISM\": \"OAUTHBEARER\", " + Plain + " }", "", "Kafka:Consumers:orders:Client:SASL_MECHANISM")]
    [InlineData("\"Client\": { \"sasl.mechanism\": \"OAUTHBEARER\" }", "\"Client\": { \"security.protocol\": \"SASL_SSL\", " + Plain + " }", "Kafka:Consumers:orders:Client:sasl.mechanism")]
    public void Load_MechanismAndItsAliasDiffer_IsRefused(string section, string kafka, string path)
    {
        var failure = Assert.Single(ConfiguredHost.Orders(section, kafka).Failures());

        Assert.StartsWith($"{path} = OAUTHBEARER: is another name of sasl.mechanisms, which is PLAIN (Kafka:", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MechanismAndItsAliasAreTheSame_Starts() => Assert.NotNull(
        ConfiguredHost.Orders("\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanism\": \"PLAIN\", " + Plain + " }").LoadOne());

    [Theory]
    [InlineData("1")]
    [InlineData("T")]
    [InlineData("TRUE")]
    public void Load_UnsecuredTokens_AreOnInEverySpellingThatTheClientTakes(string value) => Assert.NotNull(ConfiguredHost.Orders(
        $$""" "Client": { "security.protocol": "SASL_PLAINTEXT", "sasl.mechanisms": "OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt": "{{value}}" } """).LoadOne());
}
