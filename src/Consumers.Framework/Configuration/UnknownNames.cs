using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Answers a value whose name means nothing where it stands. It may be a password under a name that nobody has thought of, so that it is
/// printed only under one that is nearly that of something harmless. Immutable, read from any thread.
/// </summary>
internal static class UnknownNames
{
    private static readonly string[] Harmless =
    [
        .. OptionCatalog.All.SelectMany(static option => option.Path.Split(':')).Select(ForeignNames.Plain)
            .Concat(ForeignNames.PlainKeys.Where(static known => !Secrets.Hides(known.Value, "")).Select(static known => known.Key))
            .Concat(ForeignNames.PlainOptions)
            .Distinct(),
    ];

    private static readonly string[] Secret = [.. ForeignNames.PlainKeys.Where(static known => Secrets.Hides(known.Value, "")).Select(static known => known.Key)];

    /// <summary>What is printed of a section whose name means nothing.</summary>
    public static string? Shown(IConfigurationSection section) => string.IsNullOrEmpty(section.Value)
        ? section.GetChildren().Any() ? "{ ... }" : section.Value
        : Hides(section.Key) ? Secrets.Mask : section.Value;

    /// <summary>The client setting that a name was meant to be; null when none is near.</summary>
    public static string? Setting(string name) =>
        NameSuggestion.For(ForeignNames.Plain(name), ForeignNames.PlainKeys.Keys) is { } near ? ForeignNames.PlainKeys[near] : null;

    /// <summary>Whether the value of that name is not printed.</summary>
    public static bool Hides(string name)
    {
        var plain = ForeignNames.Plain(name);
        return NameSuggestion.For(plain, Harmless) is null || NameSuggestion.For(plain, Secret) is not null;
    }
}
