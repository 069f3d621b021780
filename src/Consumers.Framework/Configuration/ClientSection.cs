using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Reads a <c>Client</c> section: librdkafka keys, which hold dots that environment variables may lack.</summary>
internal static class ClientSection
{
    public const string Name = "Client";

    /// <summary>Adds the section's keys to the values; a key that is there already belongs to a higher layer and stays.</summary>
    public static void Read(IConfigurationSection section, BoundValues values, Problems problems)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            problems.Add(section.Path, Secrets.Mask, "is a group of client settings, not a value",
                "write it like { \"security.protocol\": \"SASL_SSL\" }");
        }

        // Underscores are how an environment variable spells a key, and environment variables stand above files: they win.
        foreach (var child in section.GetChildren().OrderBy(c => !c.Key.Contains('_', StringComparison.Ordinal)))
        {
            if (child.GetChildren().FirstOrDefault() is { } nested)
            {
                problems.Add(child.Path, "{ ... }", "is a group, but client settings are flat",
                    $"write the whole key in one: \"{child.Key}.{nested.Key}\"");
            }
            else if (child.Value is not null && values[$"{Name}:{ClientKeyNames.Normalize(child.Key)}"] is null)
            {
                values.Set($"{Name}:{ClientKeyNames.Normalize(child.Key)}", child.Value, child.Path);
            }
        }
    }
}
