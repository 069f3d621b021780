using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Configuration;

public sealed class SecretsTests
{
    [Fact]
    public void Hide_TextOfTheClient_HoldsNoSecretOfItsSettings()
    {
        var settings = new Dictionary<string, string>
        {
            ["sasl.username"] = "kafka",
            ["sasl.password"] = "hunter2",
            ["ssl.key.password"] = "",
            ["sasl.oauthbearer.client.secret"] = "s3cr3t",
            ["client.id"] = "orders",
        };

        Assert.Equal(
            "kafka-1:9092: orders may not: *** and *** are wrong", Secrets.Hide("kafka-1:9092: orders may not: hunter2 and s3cr3t are wrong", settings));
    }

    [Fact]
    public void Hide_SecretOfFewLetters_IsLeftInOtherWords() =>
        Assert.Equal("ipv4#127.0.0.1:9092", Secrets.Hide("ipv4#127.0.0.1:9092", new Dictionary<string, string> { ["sasl.password"] = "p" }));

    [Theory]
    [InlineData("sasl_ssl://kafka-1:9093/bootstrap: failed", "sasl_ssl://kafka-1:9093/bootstrap: failed")]
    [InlineData("GET https://u:geheim@h/a?code=x&b=y: 401", "GET https://***@h/a?*** 401")]
    public void Hide_Url_HoldsNeitherUserNorQuery(string text, string expected) =>
        Assert.Equal(expected, Secrets.Hide(text, new Dictionary<string, string>()));

    [Theory]
    [InlineData("http://host/token?code=hunter2", true)]
    [InlineData("http://u:hunter2@host/token", true)]
    [InlineData("http://host/token", false)]
    public void Hides_Url_WhenItHoldsUserOrQuery(string url, bool expected) => Assert.Equal(expected, Secrets.Hides("sasl.oauthbearer.token.endpoint.url", url));

    [Theory]
    [InlineData("sasl.psswd", "Client:sasl.password")]
    [InlineData("sasl.pssword", "Client:sasl.password")]
    [InlineData("SaslPwsd", "Client:sasl.password")]
    [InlineData("sasl.oauthbearer.client.scret", "Client:sasl.oauthbearer.client.secret")]
    [InlineData("ssl.key.pme", "Client:ssl.key.pem")]
    [InlineData("Token", "")]
    [InlineData("SasToken", "")]
    [InlineData("PrimaryKey", "")]
    [InlineData("AuthKey", "")]
    public void Load_MisspeltSecret_IsNotPrinted(string name, string meant)
    {
        foreach (var failure in new[]
        {
            Assert.Single(ConfiguredHost.Orders("", $"\"{name}\": \"hunter2\"").Failures()),
            Assert.Single(ConfiguredHost.Orders("", $"\"Clusters\": {{ \"west\": {{ \"{name}\": \"hunter2\" }} }}").Failures()),
            Assert.Single(ConfiguredHost.Orders($"\"{name}\": \"hunter2\"").Failures()),
        })
        {
            Assert.Contains($":{name} = ***: ", failure, StringComparison.Ordinal);
            Assert.Contains(meant.Length == 0 ? "remove it" : $"{meant}?", failure, StringComparison.Ordinal);
        }
    }
}
