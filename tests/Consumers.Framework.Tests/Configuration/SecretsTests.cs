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
}
