namespace Consumers.Framework.Configuration;

/// <summary>What values of a client setting were meant to be that others spell in another way. Immutable, read from any thread.</summary>
internal static class ForeignValues
{
    private static readonly string[] Protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"];

    /// <summary>The mechanisms that the client has.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"];

    /// <summary>The client's spelling; null when the value is spelt so already, or is none of them.</summary>
    public static string? Meant(string key, string value)
    {
        IReadOnlyList<string> values = key switch
        {
            "security.protocol" => Protocols,
            "sasl.mechanisms" or "sasl.mechanism" => Mechanisms,
            _ => [],
        };
        var plain = Plain(value);
        return values.FirstOrDefault(known => known != value && Plain(known) == plain);
    }

    private static string Plain(string value) => new([.. value.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}
