using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>
/// Joins a client and the callback that its tokens come from. A client is made with a handler that asks, and exists only afterwards; so it is
/// told here, once, before it is used. Then any thread.
/// </summary>
internal sealed class ClientTokens : IDisposable
{
    private readonly TokenRefresh _refresh;
    private IClient? _client;

    private ClientTokens(OAuthBearerTokenSource source, string name, TimeProvider time, ILogger logger) =>
        _refresh = new TokenRefresh(source, name, Give, Refuse, time, logger);

    /// <summary>Why the client has no token; null when it has, or has not asked yet.</summary>
    public string? Failure => _refresh.Failure;

    /// <summary>Null when the consumer has no callback.</summary>
    public static ClientTokens? For(ConsumerSettings settings, string name, TimeProvider time, ILogger logger) =>
        settings.TokenSource is { } source ? new ClientTokens(source, name, time, logger) : null;

    /// <summary>The client's handler. Poll thread, or the admin client's own.</summary>
    public void Request()
    {
        if (Volatile.Read(ref _client) is not null)
        {
            _refresh.Request();
        }
    }

    /// <summary>The client is there. Its first token is fetched at once: the client asks for it at its first poll, and may be used before.</summary>
    public void Begin(IClient client)
    {
        Volatile.Write(ref _client, client);
        _refresh.Request();
    }

    public void Dispose() => _refresh.Dispose();

    private void Give(OAuthBearerToken token) => _client!.OAuthBearerSetToken(
        token.Value, token.ExpiresAt.ToUnixTimeMilliseconds(), token.Principal, token.Extensions.ToDictionary(StringComparer.Ordinal));

    private void Refuse(string reason) => _client!.OAuthBearerSetTokenFailure(reason);
}
