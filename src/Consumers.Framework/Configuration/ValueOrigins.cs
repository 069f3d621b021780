using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>Tells which configuration provider a value came from. Reads only; safe from any thread.</summary>
internal static class ValueOrigins
{
    /// <summary>The last provider that has the path, named as its user knows it, and the path.</summary>
    public static string Of(IConfiguration configuration, string path) =>
        $"{Provider(configuration as IConfigurationRoot, path) ?? "configuration"}: {path}";

    private static string? Provider(IConfigurationRoot? root, string path)
    {
        foreach (var provider in root?.Providers.Reverse() ?? [])
        {
            if (provider.TryGet(path, out var value) && value is not null)
            {
                return provider is ChainedConfigurationProvider chained
                    && Provider(chained.Configuration as IConfigurationRoot, path) is { } inner
                    ? inner
                    : Name(provider);
            }
        }

        return null;
    }

    /// <summary>A provider as its user knows it.</summary>
    public static string Name(IConfigurationProvider provider)
    {
        // A file provider says "JsonConfigurationProvider for 'appsettings.json' (Optional)"; its type is in a package that is not ours.
        var text = provider.ToString() ?? "";
        var start = text.IndexOf(" for '", StringComparison.Ordinal);
        var end = text.LastIndexOf('\'');
        if (start >= 0 && end > start + 6)
        {
            return text[(start + 6)..end];
        }

        var type = provider.GetType().Name;
        return type switch
        {
            "EnvironmentVariablesConfigurationProvider" => "environment variables",
            "CommandLineConfigurationProvider" => "command line",
            "MemoryConfigurationProvider" => "memory",
            _ => type.EndsWith("ConfigurationProvider", StringComparison.Ordinal) ? type[..^"ConfigurationProvider".Length] : type,
        };
    }
}
