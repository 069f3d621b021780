using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Walks a consumer's section beside the catalog. It comes before binding, so that one bad value does not hide another and an unknown key
/// is seen at all.
/// </summary>
internal static class OptionSection
{
    public static void Read(IConfigurationSection section, BoundValues values, Problems problems) => Walk(section, "", values, problems);

    private static void Walk(IConfigurationSection section, string parent, BoundValues values, Problems problems)
    {
        var names = OptionCatalog.NamesUnder(parent).ToList();
        foreach (var child in section.GetChildren())
        {
            var name = names.Find(n => n.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var path = parent.Length == 0 ? name : $"{parent}:{name}";
            if (name is null || path is null)
            {
                Unknown(child, parent, names, problems);
            }
            else if (OptionCatalog.Find(path) is { } option)
            {
                Take(child, option, values, problems);
            }
            else if (!string.IsNullOrEmpty(child.Value))
            {
                problems.Add(child.Path, child.Value, "is a group of options, not a value",
                    $"set {child.Path}:{OptionCatalog.NamesUnder(path).First()} or another of its options");
            }
            else
            {
                Walk(child, path, values, problems);
            }
        }
    }

    private static void Unknown(IConfigurationSection child, string parent, List<string> names, Problems problems)
    {
        var elsewhere = OptionCatalog.All.FirstOrDefault(o => o.Path.EndsWith(":" + child.Key, StringComparison.OrdinalIgnoreCase));
        var meant = NameSuggestion.For(child.Key, names);
        if (meant != ClientSection.Name && WrappedSettings.In(child) is { Count: > 0 } wrapped)
        {
            foreach (var (setting, wrappedKey) in wrapped)
            {
                problems.AddSetting(setting, wrappedKey, "is no known option", ForeignNames.Fix(ClientSection.Name, wrappedKey, setting.Value));
            }
        }
        else if (ForeignNames.ClientKey(child.Key) is { } key && !child.GetChildren().Any() && (meant is null || key.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
        {
            problems.AddSetting(child, key, "is no known option", ForeignNames.Fix(ClientSection.Name, key, child.Value));
        }
        else
        {
            var setting = child.GetChildren().Any() ? null : UnknownNames.Setting(child.Key);
            problems.Add(child.Path, UnknownNames.Shown(child), "is no known option",
                child.Key.Contains('.', StringComparison.Ordinal) ? setting is not null
                    ? $"did you mean the client setting {ClientSection.Name}:{setting}?"
                    : $"client settings go to {ClientSection.Name}, by the names of librdkafka's CONFIGURATION.md"
                : ForeignNames.Option(child.Key) is { } option ? $"write {option}"
                : meant is not null ? $"did you mean {meant}?"
                : elsewhere is not null ? $"it belongs to {elsewhere.Path}"
                : setting is not null ? $"did you mean the client setting {ClientSection.Name}:{setting}?"
                : "remove it; known here are " + string.Join(", ", names));
        }
    }

    private static void Take(IConfigurationSection child, OptionDefinition option, BoundValues values, Problems problems)
    {
        switch (option.Kind)
        {
            case OptionKind.ClientSettings:
                ClientSection.Read(child, values, problems);
                break;
            case OptionKind.TextList:
                List(child, option, "like [\"orders\", \"payments\"], in environment variables Topics__0, Topics__1", values, problems);
                break;
            case OptionKind.ServerList when child.GetChildren().Any():
                if (ServerListSection.Read(child, problems) is { } servers)
                {
                    values.Set(option.Path, servers, child.Path);
                }

                break;
            case OptionKind.PartitionMap:
                Map(child, option, values, problems);
                break;
            default:
                One(child, option, values, problems);
                break;
        }
    }

    private static void One(IConfigurationSection child, OptionDefinition option, BoundValues values, Problems problems)
    {
        if (child.GetChildren().Any())
        {
            problems.Add(child.Path, "{ ... }", "is one value, not a group or list",
                $"write one value, like {option.Default ?? "\"text\""}");
        }
        else if (child.Value is not null)
        {
            var parsed = OptionText.Parse(option, child.Value);
            if (parsed.Value is null)
            {
                problems.Add(child.Path, child.Value, parsed.Wrong, parsed.Fix);
            }
            else
            {
                values.Set(option.Path, parsed.Value, child.Path);
            }
        }
    }

    private static void List(IConfigurationSection child, OptionDefinition option, string example, BoundValues values, Problems problems)
    {
        if (!string.IsNullOrEmpty(child.Value))
        {
            problems.Add(child.Path, child.Value, "is a list, not one value", $"write it {example}");
        }

        foreach (var item in child.GetChildren())
        {
            if (!Index(item, problems, example))
            {
                continue;
            }

            if (item.Value is null)
            {
                problems.Add(item.Path, null, "is not a text", $"write the list {example}");
            }
            else
            {
                values.Set($"{option.Path}:{item.Key}", item.Value, item.Path);
            }
        }
    }

    private static void Map(IConfigurationSection child, OptionDefinition option, BoundValues values, Problems problems)
    {
        const string Example = "like { \"orders\": [0, 1] }, in environment variables Partitions__orders__0";
        if (!string.IsNullOrEmpty(child.Value))
        {
            problems.Add(child.Path, child.Value, "is a map from topic to partition numbers", $"write it {Example}");
        }

        foreach (var topic in child.GetChildren())
        {
            if (!string.IsNullOrEmpty(topic.Value))
            {
                problems.Add(topic.Path, topic.Value, "is not a list of partition numbers", $"write the map {Example}");
            }

            foreach (var item in topic.GetChildren().Where(item => Index(item, problems, Example)))
            {
                if (int.TryParse(item.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var partition))
                {
                    values.Set($"{option.Path}:{topic.Key}:{item.Key}", partition.ToString(CultureInfo.InvariantCulture), item.Path);
                }
                else
                {
                    problems.Add(item.Path, item.Value, "is not a partition number", "write a whole number, 0 or more");
                }
            }
        }
    }

    private static bool Index(IConfigurationSection item, Problems problems, string example)
    {
        if (int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return true;
        }

        problems.Add(item.Path, Shown(item), "has a name where the list has an index", $"write the list {example}");
        return false;
    }

    private static string? Shown(IConfigurationSection section) => section.Value ?? (section.GetChildren().Any() ? "{ ... }" : null);
}
