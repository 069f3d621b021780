using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Finds values in <c>Kafka:Clusters</c> and <c>Kafka:Consumers</c>, which hold a section for each name and nothing else: what a value there was
/// meant to be would be missing without a word.
/// </summary>
internal static class NamedSections
{
    /// <summary>Adds each value to the problems, with where it belongs.</summary>
    /// <param name="sections">The sections, by name.</param>
    /// <param name="what">What each is of.</param>
    /// <param name="example">One of the keys of each.</param>
    /// <param name="client">Where client settings go.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static void Check(IConfigurationSection sections, string what, string example, string client, Problems problems)
    {
        if (!string.IsNullOrEmpty(sections.Value))
        {
            problems.Add(sections.Path, Secrets.Mask, "holds a section for each name, and no value", $"write {sections.Path}:<name>:{example}");
        }

        foreach (var child in sections.GetChildren().Where(static child => !string.IsNullOrEmpty(child.Value)))
        {
            if (OptionCatalog.NamesUnder("").FirstOrDefault(name => name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } option)
            {
                problems.Add(child.Path, child.Value, "is read by nobody", option == "BootstrapServers"
                    ? $"write it as {(client.Contains('<', StringComparison.Ordinal) ? sections.Path + ":<name>" : ClusterSection.Root)}:{option}"
                    : $"it is an option of a consumer: {ClusterSection.Root}:{ClusterSection.Consumers}:<name>:{option}");
            }
            else if (ForeignNames.ClientKey(child.Key) is { } key)
            {
                problems.AddSetting(child, key, "is read by nobody", ForeignNames.Fix(client, key, child.Value));
            }
            else
            {
                var section = child.Key.All(char.IsAsciiDigit) ? $"{sections.Path}:<name>" : child.Path;
                problems.Add(child.Path, Secrets.Mask, $"is a value, and what stands here is the section of {what}", $"remove it, or write {section}:{example}");
            }
        }
    }
}
