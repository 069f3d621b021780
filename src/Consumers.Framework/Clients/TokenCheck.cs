namespace Consumers.Framework.Clients;

/// <summary>
/// Checks a token before a client gets it. The client reads native strings without a look at them, so that a null ends the process, and what it
/// says of a token that it refuses holds the token. What is said here names the property and nothing of its value.
/// </summary>
internal static class TokenCheck
{
    /// <summary>The token as it was checked, with extensions that nobody changes any more. Runs the user's dictionary, so under no lock.</summary>
    /// <exception cref="InvalidOperationException">No client can take it, or no broker.</exception>
    public static OAuthBearerToken Checked(OAuthBearerToken token, DateTimeOffset now)
    {
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        var wrong = WrongIn(token, now) ?? (token.Extensions is null ? "Extensions are null" : Copy(token.Extensions, extensions));
        return wrong is null
            ? new OAuthBearerToken(token.Value, token.ExpiresAt) { Principal = token.Principal, Extensions = extensions }
            : throw new InvalidOperationException($"The callback of UseOAuthBearerToken has brought a token that cannot be used: its {wrong}.");
    }

    private static string? WrongIn(OAuthBearerToken token, DateTimeOffset now)
    {
        if (!token.Value.All(IsSent))
        {
            return "Value holds a character that SASL/OAUTHBEARER cannot carry: printable ASCII, spaces, tabs and line ends are what it can";
        }

        return token.Principal is null ? "Principal is null"
            : token.Principal.Contains('\0', StringComparison.Ordinal) ? "Principal holds a NUL character"
            : token.ExpiresAt <= now ? $"ExpiresAt, {token.ExpiresAt:O}, is past: it has expired" : null;
    }

    /// <returns>What is wrong with one of them.</returns>
    private static string? Copy(IReadOnlyDictionary<string, string> extensions, Dictionary<string, string> copy)
    {
        foreach (var (key, value) in extensions)
        {
            // Of an empty value the client sends a message that Kafka's brokers cannot parse.
            var wrong = string.IsNullOrEmpty(key) || !key.All(char.IsAsciiLetter) ? "have a key that does not consist of letters A-Z and a-z"
                : key == "auth" ? "have the key auth, which is that of the token itself"
                : string.IsNullOrEmpty(value) ? "have a value that is null or empty"
                : !value.All(IsSent) ? "have a value with a character that SASL/OAUTHBEARER cannot carry"
                : copy.TryAdd(key, value) ? null : "have a key twice";
            if (wrong is not null)
            {
                return $"Extensions {wrong}";
            }
        }

        return null;
    }

    /// <summary>What a value may hold by RFC 7628, section 3.1.</summary>
    private static bool IsSent(char character) => character is (>= ' ' and <= '~') or '\t' or '\r' or '\n';
}
