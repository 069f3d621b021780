using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>Values that change under a running host, as those of a file do. One thread.</summary>
internal sealed class ReloadableSource : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Changes values and says so; null removes one.</summary>
    public void Change(params ReadOnlySpan<(string Key, string? Value)> values)
    {
        foreach (var (key, value) in values)
        {
            if (value is null)
            {
                Data.Remove(key);
            }
            else
            {
                Data[key] = value;
            }
        }

        OnReload();
    }
}
