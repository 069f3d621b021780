using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Makes the host's start fail with everything that is wrong, before any hosted service starts.</summary>
internal sealed class ConsumerSettingsStartupValidation(IConsumerSettingsSource source) : IValidateOptions<ConsumerSettingsCheck>
{
    public ValidateOptionsResult Validate(string? name, ConsumerSettingsCheck options)
    {
        // Its exception goes through as it is: failures that are returned are put into one that writes them on one line.
        source.Load();
        return ValidateOptionsResult.Success;
    }
}
