namespace Consumers.Framework.Configuration;

/// <summary>The callback that code has registered for a consumer's tokens. Called on the thread pool, several at a time.</summary>
internal sealed record OAuthBearerTokenSource(string Consumer, Func<CancellationToken, ValueTask<OAuthBearerToken>> AcquireAsync);
