using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Reads the layers of a consumer's configuration: its own section over its cluster's. Holds no state; safe from any thread.
/// </summary>
internal sealed class ConsumerConfiguration(IConfiguration configuration)
{
    public IConfiguration Configuration { get; } = configuration;

    public BoundValues Read(ConsumerDeclaration consumer, Problems problems)
    {
        var section = SectionOf(consumer);
        var values = new BoundValues(section.Path);
        OptionSection.Read(section, values, problems);
        ErasedValues.FindInConsumer(Configuration, section, values, problems);
        ClusterSection.Read(Configuration, values, problems);
        return values;
    }

    /// <summary>Finds what no consumer would read: misplaced keys, and sections of consumers that are not registered.</summary>
    public void Check(IReadOnlyList<ConsumerDeclaration> consumers, Problems problems)
    {
        ClusterSection.Check(Configuration, problems);
        var read = consumers.Select(c => SectionOf(c).Path).ToList();
        var names = consumers.Select(c => c.Name).ToList();
        foreach (var section in Configuration.GetSection($"{ClusterSection.Root}:{ClusterSection.Consumers}").GetChildren())
        {
            if (section.GetChildren().Any() && !read.Contains(section.Path, StringComparer.OrdinalIgnoreCase))
            {
                var same = consumers.FirstOrDefault(c => c.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
                problems.Add(section.Path, "{ ... }", "belongs to no consumer that reads it", same is not null
                    ? $"'{same.Name}' is registered with the section {SectionOf(same).Path}: move the options there"
                    : (NameSuggestion.For(section.Key, names) is { } meant ? $"did you mean {meant}? Otherwise c" : "c")
                        + $"all AddKafkaConsumer(\"{section.Key}\") or remove the section; registered are {string.Join(", ", names)}");
            }
        }
    }

    private IConfigurationSection SectionOf(ConsumerDeclaration consumer) =>
        consumer.Section ?? Configuration.GetSection($"{ClusterSection.Root}:{ClusterSection.Consumers}:{consumer.Name}");
}
