using Consumers.Framework.Interop;

namespace Consumers.Framework.Configuration;

/// <summary>Brings client keys to the client's own spelling.</summary>
internal static class ClientKeyNames
{
    /// <summary>
    /// Lower case; and <c>sasl_username</c>, as a shell has to write it, becomes <c>sasl.username</c> when only that is a known key.
    /// </summary>
    public static string Normalize(string key)
    {
        var lower = key.Trim().ToLowerInvariant();
        if (!lower.Contains('_', StringComparison.Ordinal) || IsKnown(lower))
        {
            return lower;
        }

        var dotted = lower.Replace('_', '.');
        return IsKnown(dotted) ? dotted : lower;
    }

    private static bool IsKnown(string key) =>
        ReservedClientKeys.Find(key) is not null
        || JavaNames.Find(key) is not null
        || ConfluentKeys.All.ContainsKey(key)
        || NativeConfiguration.Knows(key);
}
