namespace Consumers.Framework.Configuration;

/// <summary>
/// Finds what a key was meant to be that others write in another way: <c>SecurityProtocol</c>, <c>security_protocol</c> and
/// <c>Security:Protocol</c> are all <c>security.protocol</c>. Immutable, read from any thread.
/// </summary>
internal static class ForeignNames
{
    /// <summary>What Spring, Aspire, MassTransit and KafkaFlow put before a name.</summary>
    private static readonly string[] Prefixes = ["kafka", "properties", "consumer", "clientconfig", "client", "config"];

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["brokers"] = "BootstrapServers",
        ["broker"] = "BootstrapServers",
        ["brokerlist"] = "BootstrapServers",
        ["brokerurl"] = "BootstrapServers",
        ["bootstrap"] = "BootstrapServers",
        ["bootstrapserver"] = "BootstrapServers",
        ["server"] = "BootstrapServers",
        ["servers"] = "BootstrapServers",
        ["host"] = "BootstrapServers",
        ["hosts"] = "BootstrapServers",
        ["topic"] = "Topics",
        ["topicname"] = "Topics",
        ["topicnames"] = "Topics",
        ["group"] = "GroupId",
        ["groupname"] = "GroupId",
        ["consumergroup"] = "GroupId",
        ["consumergroupid"] = "GroupId",
        ["consumergroupname"] = "GroupId",
        ["workerscount"] = "Workers",
        ["workercount"] = "Workers",
        ["buffersize"] = "Buffer:MaxRecords",
        ["concurrencylimit"] = "MaxConcurrency",
        ["concurrentmessagelimit"] = "MaxConcurrency",
    };

    private static readonly Dictionary<string, string> ClientKeys = Build();

    /// <summary>The client's settings, by each plain name that is known of them.</summary>
    public static IReadOnlyDictionary<string, string> PlainKeys => ClientKeys;

    /// <summary>The plain names that others give to options.</summary>
    public static IEnumerable<string> PlainOptions => Options.Keys;

    /// <summary>The client's own name of a setting: documented, Java's, or one that an option sets; null when it is none.</summary>
    public static string? ClientKey(string name)
    {
        var plain = Plain(name);
        return ClientKeys.GetValueOrDefault(plain)
            ?? Prefixes.Where(prefix => plain.StartsWith(prefix, StringComparison.Ordinal))
                .Select(prefix => ClientKeys.GetValueOrDefault(plain[prefix.Length..]))
                .FirstOrDefault(key => key is not null);
    }

    /// <summary>The option that others call by that name; null when it is none.</summary>
    public static string? Option(string name) => Options.GetValueOrDefault(Plain(name));

    /// <summary>What to write in the place of a setting that stands elsewhere.</summary>
    /// <param name="clientSection">Where client settings go.</param>
    /// <param name="key">The client's name of it.</param>
    /// <param name="value">Its value, for those that others spell in another way too.</param>
    public static string Fix(string clientSection, string key, string? value)
    {
        if ((ReservedClientKeys.Find(key) ?? JavaNames.Find(key) ?? ConfluentKeys.All.GetValueOrDefault(key)) is { } answer)
        {
            return answer.Fix;
        }

        return $"client settings go to {clientSection}:{key}"
            + (value is not null && ForeignValues.Meant(key, value) is { } meant ? $", with the value {meant}" : "");
    }

    /// <summary>Whether a name of a client setting says itself that it is about security, as <c>SaslUsername</c> does and <c>Username</c> does not.</summary>
    public static bool SaysSecurity(string name)
    {
        var plain = Plain(name);
        return plain.Contains("sasl", StringComparison.Ordinal) || plain.Contains("ssl", StringComparison.Ordinal)
            || plain.Contains("securityprotocol", StringComparison.Ordinal);
    }

    /// <summary>The letters and digits of a name, in one case: what is left of it in any spelling.</summary>
    public static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static Dictionary<string, string> Build()
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in ClientKeyList.All
            .Concat(ConfluentKeys.All.Keys)
            .Concat(ReservedClientKeys.All.Select(static answer => answer.Key))
            .Concat(JavaNames.All.Select(static answer => answer.Key)))
        {
            keys.TryAdd(Plain(key), key);
        }

        foreach (var (name, key) in new[]
        {
            ("username", "sasl.username"), ("user", "sasl.username"), ("sasluser", "sasl.username"), ("apikey", "sasl.username"),
            ("password", "sasl.password"), ("pass", "sasl.password"), ("saslpass", "sasl.password"), ("apisecret", "sasl.password"),
            ("mechanism", "sasl.mechanisms"), ("authmechanism", "sasl.mechanisms"), ("saslauthmechanism", "sasl.mechanisms"),
            ("usessl", "security.protocol"), ("enablessl", "security.protocol"), ("sslenabled", "security.protocol"), ("tlsenabled", "security.protocol"),
            ("usetls", "security.protocol"), ("enabletls", "security.protocol"), ("tls", "security.protocol"), ("ssl", "security.protocol"),
            ("calocation", "ssl.ca.location"), ("cafile", "ssl.ca.location"), ("sslcafile", "ssl.ca.location"), ("cacert", "ssl.ca.location"),
            ("sslcacertlocation", "ssl.ca.location"), ("truststorelocation", "ssl.ca.location"),
            ("certificatelocation", "ssl.certificate.location"), ("sslcertlocation", "ssl.certificate.location"), ("sslcertfile", "ssl.certificate.location"),
            ("keylocation", "ssl.key.location"), ("sslkeyfile", "ssl.key.location"), ("keypassword", "ssl.key.password"),
            ("keystorelocation", "ssl.keystore.location"), ("keystorepassword", "ssl.keystore.password"),
        })
        {
            keys.TryAdd(name, key);
        }

        return keys;
    }
}
