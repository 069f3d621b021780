using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Loads the settings of every consumer of the host, once. Safe from any thread.</summary>
internal sealed class ConsumerSettingsSource(
    ConsumerSettingsReader reader,
    ConsumerConfiguration configuration,
    IOptionsMonitor<KafkaConsumerOptions> options,
    IEnumerable<IRegistrationCheck> registrations) : IConsumerSettingsSource
{
    private readonly Lock _gate = new();
    private IReadOnlyList<ConsumerSettings>? _settings;
    private bool _isLoading;

    public IReadOnlyList<ConsumerSettings> Load()
    {
        lock (_gate)
        {
            return _settings ??= LoadOnce();
        }
    }

    /// <summary>The check of the registrations makes singleton handlers, and one of them may ask for what is just being made.</summary>
    private List<ConsumerSettings> LoadOnce()
    {
        if (_isLoading)
        {
            throw new InvalidOperationException(
                "The consumers are not made yet: a handler that is a singleton asks for one of them in its constructor. Ask when the first record comes, or once the host has started.");
        }

        _isLoading = true;
        try
        {
            var reading = reader.Read(options.Get, registrations);
            return reading.Failures.Count > 0
                ? throw new ConsumerSettingsException(reading.Failures)
                : reading.Consumers.ConvertAll(check => Settings(check, reading.InstanceIds.GetValueOrDefault(check)));
        }
        finally
        {
            _isLoading = false;
        }
    }

    private ConsumerSettings Settings(ConsumerCheck check, IReadOnlyList<string>? instanceIds) => new()
    {
        Name = check.Name,
        SectionPath = check.Values.SectionPath,
        Options = check.Options,
        CommitInterval = check.Options.Commit?.Interval
            ?? (check.Options.Commit?.Strategy == CommitStrategy.Auto ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(200)),
        WorkerClients = check.Options.Enabled ? ClientSettings.Build(check.Name, check.Options, instanceIds) : [],
        NonDefaults = check.Options.Enabled ? EffectiveSettings.Of(check, configuration.Configuration) : [],
        TokenSource = check.TokenSource,
        Warnings = check.Warnings,
    };
}
