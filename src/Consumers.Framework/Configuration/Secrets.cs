namespace Consumers.Framework.Configuration;

/// <summary>Which values are never printed. A misspelt name must not print its password either, so parts of names count.</summary>
internal static class Secrets
{
    public const string Mask = "***";

    private static readonly string[] Parts =
        ["pass", "pasw", "pwd", "secret", "jaas", ".pem", "credential", "username", "oauthbearer.config", "apikey",
            "api.key", "accesskey", "access.key", "connectionstring", "private"];

    /// <summary>Whether a value of that name is hidden.</summary>
    /// <param name="name">A client key, or the last part of an option's path.</param>
    /// <param name="value">Hidden too when it holds a user and password as in <c>user:password@host</c>, or a key as in a connection string.</param>
    public static bool Hides(string name, string value) =>
        value.Contains('@', StringComparison.Ordinal) || value.Contains("SharedAccessKey=", StringComparison.OrdinalIgnoreCase)
        || value.Contains("password=", StringComparison.OrdinalIgnoreCase) || Names(name) || Names(name.Replace('_', '.'));

    /// <summary>A text in which no secret of these client settings stands, whoever wrote it.</summary>
    public static string Hide(string text, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (key, value) in settings)
        {
            // A name of a user is often a word of other texts too, and no secret by itself.
            if (value.Length > 0 && Names(key) && !key.EndsWith("username", StringComparison.Ordinal))
            {
                text = text.Replace(value, Mask, StringComparison.Ordinal);
            }
        }

        return text;
    }

    private static bool Names(string name) => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
