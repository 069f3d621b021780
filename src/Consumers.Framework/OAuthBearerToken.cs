namespace Consumers.Framework;

/// <summary>A token for SASL/OAUTHBEARER, as <c>UseOAuthBearerToken</c> gives it to the client.</summary>
/// <param name="value">The token: a JWT in its compact form, or what the brokers expect in its place. Not empty.</param>
/// <param name="expiresAt">When it expires. The client asks for the next one when four fifths of the time until then have passed.</param>
public sealed class OAuthBearerToken(string value, DateTimeOffset expiresAt)
{
    /// <summary>The token. Never logged.</summary>
    public string Value { get; } = string.IsNullOrEmpty(value) ? throw new ArgumentException("A token is not empty.", nameof(value)) : value;

    /// <summary>When it expires.</summary>
    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    /// <summary>Whose token it is, for the client's own log; brokers go by the token itself. Default: empty.</summary>
    public string Principal { get; init; } = "";

    /// <summary>SASL extensions that are sent with it, such as <c>logicalCluster</c> of Confluent Cloud. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
}
