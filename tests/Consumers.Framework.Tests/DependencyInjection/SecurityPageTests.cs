using Consumers.Framework.Configuration;
using Consumers.Framework.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.DependencyInjection;

/// <summary>The example of <c>docs/security.md</c>, run.</summary>
public sealed class SecurityPageTests
{
    [Fact]
    public async Task UseOAuthBearerToken_OfThePage_BringsTheIdentitysToken()
    {
        var services = new ServiceCollection().AddSingleton<WorkloadIdentity>();
        Add(services);
        await using var provider = services.BuildServiceProvider();

        var token = await provider.GetRequiredService<OAuthBearerTokenSource>().AcquireAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("a token for https://events.example.org/.default", DateTimeOffset.MaxValue), (token.Value, token.ExpiresAt));
    }

    private static void Add(IServiceCollection services)
    {
        #region token
        services.AddKafkaConsumer<RawHandler>("orders").UseOAuthBearerToken(static async (provider, cancellation) =>
        {
            var identity = provider.GetRequiredService<WorkloadIdentity>();
            var (token, expiresAt) = await identity.GetTokenAsync("https://events.example.org/.default", cancellation);
            return new OAuthBearerToken(token, expiresAt);
        });
        #endregion
    }

    private sealed class WorkloadIdentity
    {
        private readonly DateTimeOffset _expiresAt = DateTimeOffset.MaxValue;

        public async Task<(string Token, DateTimeOffset ExpiresAt)> GetTokenAsync(string scope, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return ($"a token for {scope}", _expiresAt);
        }
    }
}
