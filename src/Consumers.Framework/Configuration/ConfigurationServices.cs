using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>Registers what this stage offers.</summary>
internal static class ConfigurationServices
{
    /// <summary>Registers the settings source, binding and validation at start. Calling it again changes nothing.</summary>
    public static IServiceCollection AddKafkaConsumerConfiguration(this IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(IConsumerSettingsSource)))
        {
            return services;
        }

        services.TryAddSingleton(HostIdentity.OfThisProcess);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ConsumerConfiguration>();
        services.AddSingleton<ConsumerSettingsReader>();
        services.AddSingleton<SettingsWatch>();
        services.AddSingleton<IConsumerSettingsSource, ConsumerSettingsSource>();

        // First in line: callbacks in code come after binding even when they were registered before the consumer.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KafkaConsumerOptions>, KafkaConsumerOptionsBinder>());
        services.AddSingleton<IValidateOptions<ConsumerSettingsCheck>, ConsumerSettingsStartupValidation>();
        services.AddOptions<ConsumerSettingsCheck>().ValidateOnStart();
        return services;
    }
}
