using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// What configuration says about one consumer, all layers merged and only what can be bound. Filled by the thread that reads it, then not
/// changed.
/// </summary>
/// <param name="sectionPath">The consumer's own section.</param>
internal sealed class BoundValues(string sectionPath)
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _erased = new(StringComparer.OrdinalIgnoreCase);

    public string SectionPath { get; } = sectionPath;

    public string? this[string path] => _values.GetValueOrDefault(path);

    /// <summary>Sets a value and remembers where it is written.</summary>
    public void Set(string path, string value, string configurationPath)
    {
        _values[path] = value;
        _paths[path] = configurationPath;
    }

    /// <summary>Where a value is written; the consumer's own section when it is written nowhere.</summary>
    public string PathOf(string path) => _paths.GetValueOrDefault(path) ?? $"{SectionPath}:{path}";

    /// <summary>Remembers where a value is written that cannot be bound, so that what is wrong with it stands for it.</summary>
    public void NoteWritten(string path, string configurationPath) => _paths[path] = configurationPath;

    /// <summary>A later file has taken the value away.</summary>
    public void NoteErased(string path, string by) => _erased[path] = by;

    /// <summary>Which file has taken the value away, as the end of a sentence; empty when none has.</summary>
    public string ErasedBy(string path) => _erased.GetValueOrDefault(path, "");

    /// <summary>The written values of an option: one, or one for each entry of a list or map.</summary>
    public IEnumerable<string> WrittenUnder(string path) =>
        _paths.Keys.Where(p => p.Equals(path, StringComparison.OrdinalIgnoreCase)
            || p.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>Binds into the options.</summary>
    public void Bind(KafkaConsumerOptions options) =>
        new ConfigurationBuilder().AddInMemoryCollection(_values).Build().Bind(options);
}
