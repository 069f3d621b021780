using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Finds what a later file was meant to erase. A null takes one value away; but lists and maps are merged entry by entry, so that it takes
/// nothing from them.
/// </summary>
internal static class ErasedValues
{
    private const string Servers = "BootstrapServers";

    /// <summary>Looks at a consumer's section.</summary>
    public static void FindInConsumer(IConfiguration configuration, IConfigurationSection section, BoundValues values, Problems problems) =>
        Find(configuration, section, ["Topics", "Partitions", Servers], ["GroupId", "TopicPattern", Servers], values, problems);

    /// <summary>Looks at a cluster's section.</summary>
    public static void FindInCluster(IConfiguration configuration, IConfigurationSection section, BoundValues values, Problems problems) =>
        Find(configuration, section, [Servers], [Servers], values, problems);

    private static void Find(
        IConfiguration configuration, IConfigurationSection section, string[] lists, string[] required, BoundValues values, Problems problems)
    {
        if (configuration is not IConfigurationRoot root)
        {
            return;
        }

        List<IConfigurationProvider> providers = [.. root.Providers];
        foreach (var list in lists.Select(section.GetSection).Where(static list => list.GetChildren().Any()))
        {
            var writer = providers.FindIndex(provider => provider.GetChildKeys([], list.Path).Any());
            if (writer >= 0 && providers.FindIndex(writer + 1, provider => provider.TryGet(list.Path, out var value) && string.IsNullOrEmpty(value)) is >= 0 and var eraser)
            {
                problems.Add(list.Path, "[]", $"was emptied by {ValueOrigins.Name(providers[eraser])}, which takes nothing from the entries in {ValueOrigins.Name(providers[writer])}: lists are merged entry by entry",
                    $"remove it there, and keep the list only in files that are not read together; an entry is replaced by {list.Path}:{list.GetChildren().First().Key}");
            }
        }

        foreach (var path in required.Where(path => values[path] is null))
        {
            var full = section.GetSection(path).Path;
            var eraser = providers.FindLastIndex(provider => provider.TryGet(full, out _));
            var writer = providers.FindLastIndex(provider => provider.TryGet(full, out var value) && !string.IsNullOrEmpty(value));
            if (writer >= 0 && writer < eraser)
            {
                values.NoteErased(path, $"; {ValueOrigins.Name(providers[eraser])} takes away what {ValueOrigins.Name(providers[writer])} says ({full})");
            }
        }
    }
}
