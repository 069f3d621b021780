using System.Net;
using System.Net.Sockets;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>The client that is made before the start, to see what it refuses.</summary>
public sealed class ClientTrialTests
{
    private const string OAuthBearer = "\"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"OAUTHBEARER\"";
    private const string Oidc = $"{OAuthBearer}, \"sasl.oauthbearer.method\": \"oidc\", \"sasl.oauthbearer.client.id\": \"billing\", \"sasl.oauthbearer.client.secret\": \"hunter2\"";

    /// <summary>A provider that does not answer would hold up the start, and one that does would see the secret at each of them.</summary>
    [Fact]
    public void Load_Oidc_DoesNotConnectToTheIdentityProvider()
    {
        using var provider = new TcpListener(IPAddress.Loopback, 0);
        provider.Start();

        Assert.NotEmpty(ConfiguredHost.Orders($"\"Client\": {{ {Oidc}, \"sasl.oauthbearer.token.endpoint.url\": \"http://{provider.LocalEndpoint}/token\" }}").LoadOne().WorkerClients);

        Assert.False(provider.Pending());
    }

    [Fact]
    public void Load_OidcWithoutEndpoint_IsRefusedAllTheSame() => Assert.Contains(
        "`sasl.oauthbearer.token.endpoint.url` is mandatory",
        Assert.Single(ConfiguredHost.Orders($"\"Client\": {{ {Oidc} }}").Failures()), StringComparison.Ordinal);

    [Fact]
    public void Load_UnsecuredTokens_AreTaken() => Assert.NotEmpty(
        ConfiguredHost.Orders($"\"Client\": {{ {OAuthBearer}, \"enable.sasl.oauthbearer.unsecure.jwt\": \"true\" }}").LoadOne().WorkerClients);
}
