using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Lists what differs from the defaults, and where it came from.</summary>
internal static class EffectiveSettings
{
    public static IReadOnlyList<EffectiveSetting> Of(ConsumerCheck check, IConfiguration configuration)
    {
        // What configuration alone gives: a value that differs from it was set in code.
        var bound = new KafkaConsumerOptions();
        check.Values.Bind(bound);
        var defaults = new KafkaConsumerOptions();
        var settings = new List<EffectiveSetting>();
        foreach (var option in OptionCatalog.All.Where(o => o.Kind != OptionKind.ClientSettings))
        {
            var value = OptionText.Format(option.Read(check.Options));
            if (value != OptionText.Format(option.Read(defaults)))
            {
                settings.Add(new(option.Path, Shown(option.Path, value), Origin(option.Path, value == OptionText.Format(option.Read(bound)))));
            }
        }

        foreach (var (key, value) in check.Options.Client.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            var configured = bound.Client.TryGetValue(key, out var text) && text == value;
            settings.Add(new($"client: {key}", Shown(key, value), Origin($"{ClientSection.Name}:{key}", configured)));
        }

        return settings;

        static string Shown(string name, string value) => Secrets.Hides(name, value) ? Secrets.Mask : value;

        string Origin(string path, bool configured) =>
            configured ? ValueOrigins.Of(configuration, check.Values.PathOf(check.Values.WrittenUnder(path).LastOrDefault() ?? path))
                : "code";
    }
}
