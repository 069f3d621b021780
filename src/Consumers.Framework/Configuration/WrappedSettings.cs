using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Finds client settings in a section that is not ours: <c>Security:Protocol</c>, <c>ConsumerConfig:SaslUsername</c>,
/// <c>Default:security.protocol</c>. A section that says by its name that it is another client's stays alone, and so does one that holds a
/// producer's settings too.
/// </summary>
internal static class WrappedSettings
{
    /// <summary>Sections that are about a connection: one setting in it that the client has is enough.</summary>
    private static readonly string[] Security = ["security", "sasl", "ssl", "tls"];

    /// <summary>Sections that others keep settings in, so that <c>Username</c> alone means the client's.</summary>
    private static readonly string[] Wrappers =
        ["", "properties", "client", "consumer", "common", "default", "defaults", "connection", "authentication", "auth", "credentials", "credential"];

    /// <summary>What is left out of a section's name: <c>SaslSettings</c> is <c>Sasl</c>.</summary>
    private static readonly string[] Suffixes = ["settings", "configuration", "config", "options", "information"];

    /// <summary>Parts of the names of sections that are others'.</summary>
    private static readonly string[] Others =
        ["producer", "publish", "registry", "admin", "connector", "streams", "ksql", "mirror", "restproxy", "serializer", "serdes", "application"];

    /// <summary>The settings with the client's names of them; none when the section is somebody else's.</summary>
    public static IReadOnlyList<(IConfigurationSection Setting, string Key)> In(IConfigurationSection section)
    {
        var core = Core(section.Key);
        var isSecurity = Security.Contains(core, StringComparer.Ordinal);
        var isOurs = isSecurity || Wrappers.Contains(core, StringComparer.Ordinal);
        var leaves = LeavesOf(section).Select(leaf => (Setting: leaf, Keys: KeysOf(section, leaf, isOurs).ToList())).ToList();
        var found = leaves
            .Select(static leaf => (leaf.Setting, Key: leaf.Keys.Find(static key => !ReservedClientKeys.IsProducers(key))))
            .Where(leaf => leaf.Key is not null && (isOurs || IsSecurity(leaf.Key)))
            .Select(static leaf => (leaf.Setting, leaf.Key!))
            .ToList();
        var decidesSecurity = found.Exists(static setting => IsSecurity(setting.Item2)) && !leaves.Exists(static leaf => leaf.Keys.Exists(ReservedClientKeys.IsProducers));
        return isSecurity || decidesSecurity || found.Count == leaves.Count ? found : [];
    }

    /// <summary>What the client may call it: by its name with the sections around it, the longest first.</summary>
    private static IEnumerable<string> KeysOf(IConfigurationSection section, IConfigurationSection leaf, bool isOurs)
    {
        var names = $"{section.Key}{leaf.Path[section.Path.Length..]}".Split(':');
        foreach (var first in Enumerable.Range(0, names.Length))
        {
            // In a section that is not known for settings, Username may be anybody's; SaslUsername and sasl.username are not.
            var name = string.Join('.', names[first..]);
            if (ForeignNames.ClientKey(name) is { } key && (isOurs || first == 0 || !IsSecurity(key) || ForeignNames.SaysSecurity(name)))
            {
                yield return key;
            }
        }
    }

    private static bool IsSecurity(string key) =>
        key == "security.protocol" || key.StartsWith("sasl.", StringComparison.Ordinal) || key.StartsWith("ssl.", StringComparison.Ordinal);

    private static string Core(string name)
    {
        var plain = ForeignNames.Plain(name);
        return Suffixes.FirstOrDefault(suffix => plain.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix ? plain[..^suffix.Length] : plain;
    }

    private static bool IsOthers(string name)
    {
        var plain = ForeignNames.Plain(name);
        return Array.Exists(Others, part => plain.Contains(part, StringComparison.Ordinal));
    }

    private static IEnumerable<IConfigurationSection> LeavesOf(IConfigurationSection section)
    {
        if (IsOthers(section.Key))
        {
            yield break;
        }

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
