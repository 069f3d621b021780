using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Makes the host's start fail with everything that is wrong, before any hosted service starts.</summary>
internal sealed class ConsumerSettingsStartupValidation(IConsumerSettingsSource source) : IValidateOptions<ConsumerSettingsCheck>
{
    public ValidateOptionsResult Validate(string? name, ConsumerSettingsCheck options)
    {
        try
        {
            source.Load();
            return ValidateOptionsResult.Success;
        }
        catch (OptionsValidationException e)
        {
            return ValidateOptionsResult.Fail(e.Failures);
        }
    }
}
