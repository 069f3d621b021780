using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Turns declarations and configuration into the settings of every consumer of the host.</summary>
internal interface IConsumerSettingsSource
{
    /// <summary>Binds, validates and resolves all consumers on the first call, and returns the same list from then on.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong; it lists everything that is, of every consumer.</exception>
    IReadOnlyList<ConsumerSettings> Load();
}
