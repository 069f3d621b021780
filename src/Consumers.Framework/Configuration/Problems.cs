using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Collects what is wrong with the configuration of a host. Used by the one thread that loads the settings.</summary>
internal sealed class Problems
{
    private readonly List<string> _failures = [];
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Adds a failure, once: consumers that share a section share what is wrong in it.</summary>
    public void Add(string path, object? value, string wrong, string fix)
    {
        _paths.Add(path);
        AddText($"{path} = {Shown(path, value)}: {wrong}; {fix}");
    }

    /// <summary>Adds a client setting that stands in the wrong place; a secret is one by any name.</summary>
    public void AddSetting(IConfigurationSection section, string clientKey, string wrong, string fix) =>
        Add(section.Path, Secrets.Hides(clientKey, section.Value ?? "") ? Secrets.Mask : section.Value, wrong, fix);

    /// <summary>Adds a failure that somebody else has worded, on one line.</summary>
    public void AddText(string text)
    {
        var failure = text.ReplaceLineEndings(" ");
        if (!_failures.Contains(failure))
        {
            _failures.Add(failure);
        }
    }

    /// <summary>Whether something is wrong with that path already; what follows from it need not be said.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Whether something is wrong below that path.</summary>
    public bool HasUnder(string path) => _paths.Any(p => p.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));

    private static string Shown(string path, object? value)
    {
        var text = OptionText.Format(value);
        return value is not null && Secrets.Hides(path[(path.LastIndexOf(':') + 1)..], text) ? Secrets.Mask : text;
    }
}
