using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Reads what describes a cluster: <c>Kafka</c> itself, or one of <c>Kafka:Clusters</c>.</summary>
internal static class ClusterSection
{
    public const string Root = "Kafka";
    public const string Clusters = "Clusters";
    public const string Consumers = "Consumers";
    private const string Servers = "BootstrapServers";

    private static readonly string[] ClusterKeys = [Servers, ClientSection.Name];
    private static readonly string[] RootKeys = [Servers, ClientSection.Name, Clusters, Consumers];

    /// <summary>
    /// The consumers that are configured under <c>Kafka:Consumers</c> and not switched off there, registered or not. A value where a section
    /// belongs counts as well: somebody has meant a consumer by it.
    /// </summary>
    public static IEnumerable<string> ConfiguredConsumers(IConfiguration configuration)
    {
        var consumers = configuration.GetSection($"{Root}:{Consumers}");
        return consumers.GetChildren()
            .Where(static section => (section.GetChildren().Any() || !string.IsNullOrEmpty(section.Value)) && !(bool.TryParse(section["Enabled"], out var enabled) && !enabled))
            .Select(static section => section.Key.All(char.IsAsciiDigit) ? "<name>" : section.Key)
            .Concat(string.IsNullOrEmpty(consumers.Value) ? [] : ["<name>"])
            .Distinct();
    }

    /// <summary>
    /// Adds the cluster's layer under the consumer's own. A consumer that names a cluster gets nothing from <c>Kafka</c> itself.
    /// </summary>
    public static void Read(IConfiguration configuration, BoundValues values, Problems problems)
    {
        var cluster = values["Cluster"];
        var section = configuration.GetSection(cluster is null ? Root : $"{Root}:{Clusters}:{cluster}");
        if (cluster is not null && !section.GetChildren().Any() && ConnectionString(configuration, cluster) is null)
        {
            var known = configuration.GetSection($"{Root}:{Clusters}").GetChildren().Select(c => c.Key).ToList();
            problems.Add(values.PathOf("Cluster"), cluster, $"is no cluster of {Root}:{Clusters}",
                known.Count == 0 ? $"add {Root}:{Clusters}:{cluster}:{Servers}, or remove Cluster"
                    : $"name one of {string.Join(", ", known)}, or add {Root}:{Clusters}:{cluster}");
            return;
        }

        if (values[Servers] is null)
        {
            ErasedValues.FindInCluster(configuration, section, values, problems);
            ReadServers(section.GetSection(Servers), ConnectionString(configuration, cluster ?? "kafka"), values, problems);
        }

        ClientSection.Read(section.GetSection(ClientSection.Name), values, problems);
    }

    private static void ReadServers(IConfigurationSection written, IConfigurationSection? connection, BoundValues values, Problems problems)
    {
        var isWritten = !string.IsNullOrWhiteSpace(written.Value) || written.GetChildren().Any();
        if ((isWritten ? written : connection) is not { } section)
        {
            return;
        }

        if (ServerListSection.Read(section, problems) is { } servers)
        {
            values.Set(Servers, servers, section.Path);
        }
        else
        {
            values.NoteWritten(Servers, section.Path);
        }
    }

    /// <summary>
    /// Finds misspelt and misplaced keys. A section of the application's own in <c>Kafka</c> is left alone: it keeps its producers there too. A
    /// single value there is nobody's, and what it was meant to be would be missing without a word. A cluster's section is all ours.
    /// </summary>
    public static void Check(IConfiguration configuration, Problems problems)
    {
        NamedSections.Check(configuration.GetSection($"{Root}:{Clusters}"), "a cluster", Servers, $"{Root}:{Clusters}:<name>:{ClientSection.Name}", problems);
        NamedSections.Check(configuration.GetSection($"{Root}:{Consumers}"), "a consumer", "Topics", $"{Root}:{ClientSection.Name}", problems);
        foreach (var child in configuration.GetSection(Root).GetChildren().Where(c => !Is(c, RootKeys)))
        {
            if (OptionCatalog.NamesUnder("").FirstOrDefault(n => n.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } option)
            {
                problems.Add(child.Path, UnknownNames.Shown(child) ?? "{ ... }", "is an option of a consumer, not of a cluster",
                    $"move it to {Root}:{Consumers}:<name>:{option}");
            }
            else if (child.GetChildren().Any() && NameSuggestion.For(child.Key, RootKeys) is { } section)
            {
                problems.Add(child.Path, UnknownNames.Shown(child), "is no known key", $"did you mean {section}?");
            }
            else if (!Misplaced(child, Root, problems) && NameSuggestion.For(child.Key, RootKeys) is { } meant)
            {
                problems.Add(child.Path, UnknownNames.Shown(child), "is no known key", $"did you mean {meant}?");
            }
            else if (!string.IsNullOrEmpty(child.Value) && !problems.Has(child.Path))
            {
                problems.Add(child.Path, UnknownNames.Shown(child), $"is read by nobody: {Root} has {string.Join(", ", RootKeys)}",
                    UnknownNames.Setting(child.Key) is { } setting ? $"did you mean the client setting {Root}:{ClientSection.Name}:{setting}?"
                    : $"remove it; a value of the application's own goes to a section of its own, like {Root}:Application:{child.Key}");
            }
        }

        foreach (var cluster in configuration.GetSection($"{Root}:{Clusters}").GetChildren())
        {
            foreach (var child in cluster.GetChildren().Where(c => !Is(c, ClusterKeys) && !Misplaced(c, cluster.Path, problems)))
            {
                problems.Add(child.Path, UnknownNames.Shown(child), "is no known key of a cluster",
                    NameSuggestion.For(child.Key, ClusterKeys) is { } meant
                    ? $"did you mean {meant}?"
                    : !child.GetChildren().Any() && UnknownNames.Setting(child.Key) is { } setting ? $"did you mean the client setting {cluster.Path}:{ClientSection.Name}:{setting}?"
                    : $"remove it; a cluster has {string.Join(" and ", ClusterKeys)}, a consumer's options go to {Root}:{Consumers}:<name>");
            }
        }
    }

    /// <summary>Whether it is a client setting or an option by another library's name, or a section of such; it is added to the problems then.</summary>
    private static bool Misplaced(IConfigurationSection child, string cluster, Problems problems)
    {
        if (child.GetChildren().Any())
        {
            var wrapped = WrappedSettings.In(child);
            foreach (var (setting, key) in wrapped)
            {
                problems.AddSetting(setting, key, "is read by nobody", ForeignNames.Fix($"{cluster}:{ClientSection.Name}", key, setting.Value)
                    + $"; what the application reads itself goes out of {Root}, or to a section like {Root}:Producers");
            }

            return wrapped.Count > 0;
        }

        if (string.IsNullOrEmpty(child.Value))
        {
            return false;
        }

        if (ForeignNames.ClientKey(child.Key) is { } known)
        {
            problems.AddSetting(child, known, "is read by nobody", ForeignNames.Fix($"{cluster}:{ClientSection.Name}", known, child.Value));
        }
        else if (ForeignNames.Option(child.Key) is { } option)
        {
            problems.Add(child.Path, child.Value, "is read by nobody",
                option == Servers ? $"write it as {cluster}:{Servers}" : $"it is an option of a consumer: {Root}:{Consumers}:<name>:{option}");
        }
        else
        {
            return false;
        }

        return true;
    }

    private static IConfigurationSection? ConnectionString(IConfiguration configuration, string name)
    {
        var section = configuration.GetSection("ConnectionStrings").GetSection(name);
        return string.IsNullOrWhiteSpace(section.Value) && !section.GetChildren().Any() ? null : section;
    }

    private static bool Is(IConfigurationSection child, string[] names) => names.Contains(child.Key, StringComparer.OrdinalIgnoreCase);
}
