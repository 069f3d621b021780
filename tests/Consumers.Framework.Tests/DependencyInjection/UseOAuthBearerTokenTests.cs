using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Configuration;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.DependencyInjection;

public sealed class UseOAuthBearerTokenTests
{
    [Fact]
    public async Task UseOAuthBearerToken_CalledTwice_TheLastGetsTheHostsServices()
    {
        await using var host = Host(("security.protocol", "SASL_SSL"), ("sasl.mechanisms", "OAUTHBEARER"));
        host.Services.AddSingleton("from the services");
        host.Builder
            .UseOAuthBearerToken(static (_, _) => throw new InvalidOperationException("the first counts no more"))
            .UseOAuthBearerToken(static (services, _) => ValueTask.FromResult(new OAuthBearerToken(services.GetRequiredService<string>(), DateTimeOffset.MaxValue)));

        var source = Assert.Single(host.Host.Services.GetRequiredService<IConsumerSettingsSource>().Load()).TokenSource!;
        Assert.Equal("from the services", (await source.AcquireAsync(TestContext.Current.CancellationToken)).Value);
    }

    public static TheoryData<string[], string> Useless => new()
    {
        { [], "its token is never used, because security.protocol is PLAINTEXT" },
        { ["security.protocol", "SSL"], "its token is never used, because security.protocol is SSL" },
        { ["security.protocol", "SASL_SSL"], "its token is never used, because sasl.mechanisms is GSSAPI" },
        { ["security.protocol", "SASL_SSL", "sasl.mechanisms", "PLAIN"], "its token is never used, because sasl.mechanisms is PLAIN" },
        { ["security.protocol", "SASL_SSL", "sasl.mechanisms", "OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt", "true"], "remove one of the two" },
    };

    [Theory]
    [MemberData(nameof(Useless))]
    public void UseOAuthBearerToken_NeverUsed_IsRefusedBeforeStart(string[] client, string said)
    {
        var builder = ConfiguredHost.Orders($"\"Client\": {{ {string.Join(", ", client.Chunk(2).Select(static pair => $"\"{pair[0]}\": \"{pair[1]}\""))} }}");
        builder.Services.AddSingleton(new OAuthBearerTokenSource("orders", static _ => throw new NotSupportedException()));

        Assert.Contains(said, Assert.Single(builder.Failures(), static failure => failure.Contains("UseOAuthBearerToken", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static ConsumerHost Host(params (string Key, string Value)[] client)
    {
        var host = ConsumerHost.OfOrders();
        foreach (var (key, value) in client)
        {
            host.Configure($"Kafka:Client:{key}", value);
        }

        return host;
    }
}
