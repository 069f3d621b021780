namespace Consumers.Framework.Configuration;

/// <summary>
/// Checks the security settings of one consumer against each other: settings that would never be used, and a mechanism that lacks what it
/// authenticates with. What the client itself refuses is found by <see cref="ClientTrial"/>.
/// </summary>
internal static class SecurityCheck
{
    private const string Protocol = "security.protocol";
    private const string Mechanism = "sasl.mechanisms";
    private const string Alias = "sasl.mechanism";
    private const string OAuthBearer = "OAUTHBEARER";
    private const string Unsecured = "enable.sasl.oauthbearer.unsecure.jwt";
    private const string Method = "sasl.oauthbearer.method";
    private const string Hook = "UseOAuthBearerToken";

    public static void Run(ConsumerCheck check)
    {
        WarnOfWhiteSpace(check);
        var client = check.Options.Client;

        // The client takes its values with white space around them.
        var protocol = client.TryGetValue(Protocol, out var written) ? written?.Trim() : null;
        var isSasl = protocol is not null && protocol.StartsWith("SASL_", StringComparison.OrdinalIgnoreCase);
        if (isSasl)
        {
            CheckMechanism(check);
        }
        else if (protocol is null && client.Keys.FirstOrDefault(key => IsForSecurity(key) && check.AreFine(PathOf(key))) is { } unused)
        {
            Fail(check, Protocol, null, $"is PLAINTEXT then, and {unused} is never used", client.Keys.Any(IsForSasl)
                ? "set it to SASL_SSL (or SASL_PLAINTEXT; PLAINTEXT when it is meant)" : "set it to SSL, or SASL_SSL (PLAINTEXT when it is meant)");
        }
        else if (protocol is not null && protocol.Equals("SSL", StringComparison.OrdinalIgnoreCase) && client.Keys.FirstOrDefault(IsForSasl) is { } sasl)
        {
            check.Warn($"security.protocol is SSL, so that {sasl} is never used; SASL over TLS is SASL_SSL");
        }

        if (check.TokenSource is not null && !isSasl && check.AreFine(PathOf(Protocol)))
        {
            check.FailRegistration(Hook, $"its token is never used, because security.protocol is {protocol ?? "PLAINTEXT"}",
                $"set Client:{Protocol} to SASL_SSL and Client:{Mechanism} to {OAuthBearer}, or remove the call");
        }
    }

    private static void CheckMechanism(ConsumerCheck check)
    {
        var client = check.Options.Client;
        if (client.TryGetValue(Mechanism, out var mechanism) & client.TryGetValue(Alias, out var alias) && mechanism != alias)
        {
            // To the client the two are one setting, and the one that it is given last wins: in any order, from any level.
            Fail(check, Alias, alias, $"is another name of {Mechanism}, which is {mechanism} ({check.Values.PathOf(PathOf(Mechanism))})", "remove one of the two");
            return;
        }

        mechanism ??= alias;
        if (check.TokenSource is not null && mechanism != OAuthBearer)
        {
            check.FailRegistration(Hook, $"its token is never used, because sasl.mechanisms is {mechanism ?? "GSSAPI (Kerberos), which it is when it is not set"}",
                $"set Client:{Mechanism} to {OAuthBearer}, or remove the call");
            return;
        }

        switch (mechanism)
        {
            case null when !check.Options.Client.Keys.Any(static key => key.StartsWith("sasl.kerberos.", StringComparison.Ordinal)):
                Fail(check, Mechanism, null, "is GSSAPI (Kerberos) when it is not set", $"set it to {Choices}");
                break;
            case "PLAIN" or "SCRAM-SHA-256" or "SCRAM-SHA-512":
                Require(check, "sasl.username", mechanism);
                Require(check, "sasl.password", mechanism);
                break;
            case OAuthBearer:
                CheckTokenSource(check);
                break;
            case null or "GSSAPI":
                break;
            case "AWS_MSK_IAM":
                Fail(check, Mechanism, mechanism, "is a mechanism of Amazon's Java library, which librdkafka does not have",
                    $"set it to {OAuthBearer} and give the consumer a token that the MSK signer makes, with {Hook}");
                break;
            default:
                var meant = ForeignValues.Meant(Mechanism, mechanism) ?? NameSuggestion.For(mechanism, ForeignValues.Mechanisms);
                Fail(check, Mechanism, mechanism, "is no mechanism of the client", meant is null ? $"write {Choices}" : $"write {meant}");
                break;
        }
    }

    /// <summary>Whether the client makes tokens of its own, in the spellings that it takes for a yes.</summary>
    public static bool HasUnsecuredTokens(IDictionary<string, string> client) => Is(client, Unsecured, "true", "t", "1");

    /// <summary>Without one the client waits for a token that nobody gives it, and says nothing.</summary>
    private static void CheckTokenSource(ConsumerCheck check)
    {
        var isUnsecured = HasUnsecuredTokens(check.Options.Client);
        var isOidc = Is(check.Options.Client, Method, "oidc");
        if (check.TokenSource is not null)
        {
            if (isUnsecured || isOidc)
            {
                check.FailRegistration(Hook, $"its token is never used: Client:{(isOidc ? Method : Unsecured)} has the client make its own", "remove one of the two");
            }
        }
        else if (!isUnsecured && !isOidc)
        {
            var config = check.Options.Client.ContainsKey("sasl.oauthbearer.config") ? $"; sasl.oauthbearer.config alone does nothing, it belongs to {Unsecured}" : "";
            Fail(check, Mechanism, OAuthBearer, $"has nothing that a token comes from, so that the client would wait for ever without a word{config}",
                $"call {Hook} on the consumer (managed identities, MSK IAM), or set Client:{Method} to oidc with sasl.oauthbearer.client.id, "
                + $"sasl.oauthbearer.client.secret and sasl.oauthbearer.token.endpoint.url, or, for tests only, Client:{Unsecured} to true");
        }
    }

    private static void Require(ConsumerCheck check, string key, string mechanism)
    {
        if (!check.Options.Client.TryGetValue(key, out var value) || string.IsNullOrEmpty(value))
        {
            Fail(check, key, null, $"is required by {mechanism}", "set it; a password comes from user secrets, an environment variable or a key vault, not from a file that is checked in");
        }
    }

    /// <summary>A secret that was pasted or mounted with a line end is refused by the broker, in words that do not tell.</summary>
    private static void WarnOfWhiteSpace(ConsumerCheck check)
    {
        foreach (var (key, value) in check.Options.Client)
        {
            if (value is not null && value.Length != value.Trim().Length && Secrets.Hides(key, "") && !key.EndsWith(".pem", StringComparison.Ordinal))
            {
                var place = char.IsWhiteSpace(value[0]) ? char.IsWhiteSpace(value[^1]) ? "begins and ends" : "begins" : "ends";
                check.Warn($"{check.Values.PathOf(PathOf(key))} {place} with white space, which is part of the secret then; remove it unless it is meant");
            }
        }
    }

    private static string Choices => string.Join(", ", ForeignValues.Mechanisms.SkipLast(1)) + $" or {ForeignValues.Mechanisms[^1]}";

    private static bool Is(IDictionary<string, string> client, string key, params string[] values) =>
        client.TryGetValue(key, out var text) && values.Contains(text?.Trim(), StringComparer.OrdinalIgnoreCase);

    private static bool IsForSecurity(string key) => IsForSasl(key) || key.StartsWith("ssl.", StringComparison.Ordinal);

    private static bool IsForSasl(string key) => key.StartsWith("sasl.", StringComparison.Ordinal);

    private static string PathOf(string key) => $"{ClientSection.Name}:{key}";

    private static void Fail(ConsumerCheck check, string key, string? value, string wrong, string fix) => check.Fail(PathOf(key), value, wrong, fix);
}
