using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Configuration;

/// <summary>Writes what a consumer runs with: one entry, and one for each warning.</summary>
internal static class SettingsLog
{
    public static void Write(ILogger logger, ConsumerSettings settings)
    {
        var options = settings.Options;
        if (!options.Enabled)
        {
            Log.ConsumerDisabled(logger, settings.Name);
            return;
        }

        if (logger.IsEnabled(LogLevel.Information))
        {
            Log.ConsumerConfigured(logger, settings.Name, options.GroupId ?? "(none)",
                options.Partitions.Count > 0 ? OptionText.Format(options.Partitions) : string.Join(", ", settings.Subscription),
                options.Workers, options.Commit.Strategy,
                settings.NonDefaults.Count == 0 ? "(all default)"
                    : string.Join("; ", settings.NonDefaults.Select(s => $"{s.Key} = {s.Value} ({s.Origin})")));
        }

        foreach (var warning in settings.Warnings)
        {
            Log.ConfigurationWarning(logger, settings.Name, warning);
        }
    }
}
