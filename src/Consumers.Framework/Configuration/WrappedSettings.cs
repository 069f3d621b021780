using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Finds client settings in a section that is not ours: <c>Security:Protocol</c>, <c>Sasl:Username</c>, <c>Properties:security.protocol</c>. A
/// section of the application's own, a producer's or a schema registry's, stays alone.
/// </summary>
internal static class WrappedSettings
{
    /// <summary>Sections that are about a connection: one setting in it that the client has is enough.</summary>
    private static readonly string[] Security = ["Security", "SecurityInformation", "Sasl", "Ssl", "Tls"];

    /// <summary>Sections that others keep settings in. Only when there is nothing else in it: it may be a producer's too.</summary>
    private static readonly string[] Wrappers =
        ["Properties", "Config", "ClientConfig", "ClientSettings", "Settings", "Common", "Connection", "Authentication", "Auth"];

    /// <summary>The settings with the client's names of them; none when the section is somebody else's.</summary>
    public static IReadOnlyList<(IConfigurationSection Setting, string Key)> In(IConfigurationSection section)
    {
        var leaves = LeavesOf(section).ToList();
        var isSecurity = Security.Contains(section.Key, StringComparer.OrdinalIgnoreCase);
        var isOurs = isSecurity || Wrappers.Contains(section.Key, StringComparer.OrdinalIgnoreCase);
        var found = leaves
            .Select(leaf => (Setting: leaf, Key: Key(section, leaf, isOurs)))
            .Where(static setting => setting.Key is not null)
            .Select(static setting => (setting.Setting, setting.Key!))
            .ToList();
        return isSecurity || found.Count == leaves.Count ? found : [];
    }

    /// <summary>The name with the sections around it, the longest first. In a section that is not known for settings, the whole of it.</summary>
    private static string? Key(IConfigurationSection section, IConfigurationSection leaf, bool isOurs)
    {
        var names = $"{section.Key}{leaf.Path[section.Path.Length..]}".Split(':');
        return Enumerable.Range(0, isOurs ? names.Length : 1)
            .Select(first => ForeignNames.ClientKey(string.Join('.', names[first..])))
            .FirstOrDefault(key => key is not null && (isOurs ? !ReservedClientKeys.IsProducers(key) : IsSecurity(key)));
    }

    private static bool IsSecurity(string key) =>
        key == "security.protocol" || key.StartsWith("sasl.", StringComparison.Ordinal) || key.StartsWith("ssl.", StringComparison.Ordinal);

    private static IEnumerable<IConfigurationSection> LeavesOf(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            if (!string.IsNullOrEmpty(child.Value))
            {
                yield return child;
            }

            foreach (var leaf in LeavesOf(child))
            {
                yield return leaf;
            }
        }
    }
}
