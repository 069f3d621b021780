using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Reads <c>BootstrapServers</c>, or a connection string, as one text or as a list, which is joined.</summary>
internal static class ServerListSection
{
    /// <summary>The brokers, separated by commas; null when none are given here, or when they are wrong, which is added to the problems then.</summary>
    public static string? Read(IConfigurationSection section, Problems problems)
    {
        var items = section.GetChildren().ToList();
        if (items.Count == 0)
        {
            return string.IsNullOrWhiteSpace(section.Value) ? null : section.Value.Trim();
        }

        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            problems.Add(section.Path, section.Value, "is given as a text and as a list, and the two do not override each other",
                $"write it the same way in both places: \"kafka-1:9092,kafka-2:9092\", or {section.Path}:0, {section.Path}:1");
            return null;
        }

        foreach (var item in items.Where(static item => !int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) || item.Value is null))
        {
            problems.Add(item.Path, item.Value ?? "{ ... }", "is no entry of a list of brokers",
                "write [\"kafka-1:9092\", \"kafka-2:9092\"], or one text with commas");
        }

        return items.TrueForAll(item => !problems.Has(item.Path)) ? string.Join(',', items.Select(static item => item.Value!.Trim())) : null;
    }
}
