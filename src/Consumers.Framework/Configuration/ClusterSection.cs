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
            var written = section.GetSection(Servers);
            if (!string.IsNullOrWhiteSpace(written.Value))
            {
                values.Set(Servers, written.Value.Trim(), written.Path);
            }
            else if (ConnectionString(configuration, cluster ?? "kafka") is { } connection)
            {
                values.Set(Servers, connection.Value!.Trim(), connection.Path);
            }
        }

        ClientSection.Read(section.GetSection(ClientSection.Name), values, problems);
    }

    /// <summary>
    /// Finds misspelt and misplaced keys. Other keys of <c>Kafka</c> are left alone: an application keeps its producers there too.
    /// A cluster's section is all ours, so everything unknown in it is an error.
    /// </summary>
    public static void Check(IConfiguration configuration, Problems problems)
    {
        foreach (var child in configuration.GetSection(Root).GetChildren().Where(c => !Is(c, RootKeys)))
        {
            if (OptionCatalog.NamesUnder("").FirstOrDefault(n => n.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } option)
            {
                problems.Add(child.Path, Shown(child), "is an option of a consumer, not of a cluster",
                    $"move it to {Root}:{Consumers}:<name>:{option}");
            }
            else if (NameSuggestion.For(child.Key, RootKeys) is { } meant)
            {
                problems.Add(child.Path, Shown(child), "is no known key", $"did you mean {meant}?");
            }
        }

        foreach (var cluster in configuration.GetSection($"{Root}:{Clusters}").GetChildren())
        {
            foreach (var child in cluster.GetChildren().Where(c => !Is(c, ClusterKeys)))
            {
                problems.Add(child.Path, Shown(child), "is no known key of a cluster",
                    NameSuggestion.For(child.Key, ClusterKeys) is { } meant
                    ? $"did you mean {meant}?"
                    : $"remove it; a cluster has {string.Join(" and ", ClusterKeys)}, a consumer's options go to {Root}:{Consumers}:<name>");
            }
        }
    }

    private static IConfigurationSection? ConnectionString(IConfiguration configuration, string name)
    {
        var section = configuration.GetSection("ConnectionStrings").GetSection(name);
        return string.IsNullOrWhiteSpace(section.Value) ? null : section;
    }

    private static bool Is(IConfigurationSection child, string[] names) => names.Contains(child.Key, StringComparer.OrdinalIgnoreCase);

    private static string? Shown(IConfigurationSection section) => section.Value ?? "{ ... }";
}
