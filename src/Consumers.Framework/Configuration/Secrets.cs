using System.Text.RegularExpressions;

namespace Consumers.Framework.Configuration;

/// <summary>Which values are never printed. A misspelt name must not print its password either, so parts of names count.</summary>
internal static partial class Secrets
{
    public const string Mask = "***";

    /// <summary>A shorter secret is part of many words, and each place in which it is missing would tell it.</summary>
    private const int ShortestReplaced = 4;

    private static readonly string[] Parts =
        ["pass", "pasw", "pwd", "secret", "jaas", ".pem", "credential", "username", "oauthbearer.config", "apikey",
            "api.key", "accesskey", "access.key", "connectionstring", "private"];

    /// <summary>Whether a value of that name is hidden.</summary>
    /// <param name="name">A client key, or the last part of an option's path.</param>
    /// <param name="value">
    /// Hidden too when it holds a user and password as in <c>user:password@host</c>, a key as in a connection string, or a URL's query.
    /// </param>
    public static bool Hides(string name, string value) =>
        value.Contains('@', StringComparison.Ordinal) || value.Contains("SharedAccessKey=", StringComparison.OrdinalIgnoreCase)
        || value.Contains("password=", StringComparison.OrdinalIgnoreCase) || Url().Matches(value).Any(IsTelling) || Names(name) || Names(name.Replace('_', '.'));

    /// <summary>A text in which no secret of these client settings stands, whoever wrote it, and no user, password or query of a URL.</summary>
    public static string Hide(string text, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (key, value) in settings)
        {
            // A name of a user is often a word of other texts too, and no secret by itself.
            if (value.Length >= ShortestReplaced && Names(key) && !key.EndsWith("username", StringComparison.Ordinal))
            {
                text = text.Replace(value, Mask, StringComparison.Ordinal);
            }

            // Requests to an identity provider are printed with what this adds to their URL.
            if (key == "sasl.oauthbearer.config" && Query().Match(value) is { Success: true } query)
            {
                text = text.Replace(query.Groups["text"].Value, Mask, StringComparison.Ordinal);
            }
        }

        return Url().Replace(text, static url => !IsTelling(url) ? url.Value
            : $"://{(url.Groups["user"].Success ? Mask + "@" : "")}{url.Groups["path"].Value}{(url.Groups["query"].Success ? "?" + Mask : "")}");
    }

    private static bool Names(string name) => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static bool IsTelling(Match url) => url.Groups["user"].Success || url.Groups["query"].Success;

    /// <summary>A URL from its colon on: what stands before its host, host and path, and what stands behind them.</summary>
    [GeneratedRegex("""://(?<user>[^\s/?#"'<>]+@)?(?<path>[^\s?"'<>]*)(?<query>\?[^\s"'<>]+)?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Url();

    [GeneratedRegex(@"(^|\s)query=(?<text>\S{4,})", RegexOptions.ExplicitCapture)]
    private static partial Regex Query();
}
