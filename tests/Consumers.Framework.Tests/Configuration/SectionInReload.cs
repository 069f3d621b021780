using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>
/// A section that is being read again just when somebody ends its watch: as with a cancellation token, the end waits for the callback that
/// runs on another thread.
/// </summary>
internal sealed class SectionInReload(IConfigurationSection inner) : IConfigurationSection, IChangeToken
{
    private bool _reloads = true;

    public string Key => inner.Key;

    public string Path => inner.Path;

    public string? Value
    {
        get => inner.Value;
        set => inner.Value = value;
    }

    public bool HasChanged => false;

    public bool ActiveChangeCallbacks => true;

    public string? this[string key]
    {
        get => inner[key];
        set => inner[key] = value;
    }

    public IEnumerable<IConfigurationSection> GetChildren() => inner.GetChildren();

    public IConfigurationSection GetSection(string key) => inner.GetSection(key);

    public IChangeToken GetReloadToken() => this;

    public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => new Registration(() =>
    {
        if (_reloads)
        {
            _reloads = false;
            Task.Run(() => callback(state)).Wait();
        }
    });

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
