using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Health;

/// <summary>
/// Adds two checks per declared consumer when the health service is made, so that it does not matter whether a consumer was declared
/// before or after <c>AddKafkaConsumers</c>. Where none is declared, one check says what is configured for nobody.
/// </summary>
internal sealed class ConsumerHealthCheckRegistrar(
    IEnumerable<ConsumerDeclaration> declarations, IEnumerable<HealthCheckChoices> choices, IEnumerable<IConfiguration> configuration)
    : IConfigureOptions<HealthCheckServiceOptions>
{
    public void Configure(HealthCheckServiceOptions options)
    {
        var choice = choices.Last();
        List<string> configured = [.. configuration.SelectMany(ClusterSection.ConfiguredConsumers)];
        if (!declarations.Any() && configured.Count > 0)
        {
            options.Registrations.Add(new HealthCheckRegistration(
                HealthCheckNames.NoConsumers,
                _ => new NoConsumersHealthCheck(configured),
                choice.FailureStatus,
                [HealthCheckNames.ReadyTag, .. choice.Tags],
                choice.Timeout));
        }

        // A name that is declared twice is refused when the host starts, in better words than the health service has.
        foreach (var consumer in declarations.Select(static declaration => declaration.Name).Distinct(StringComparer.Ordinal))
        {
            options.Registrations.Add(new HealthCheckRegistration(
                HealthCheckNames.Readiness(consumer),
                services => new ConsumerHealthCheck(
                    consumer,
                    services.GetRequiredService<IKafkaConsumers>(),
                    services.GetRequiredService<IConsumerSettingsSource>(),
                    services.GetService<IHostApplicationLifetime>()),
                choice.FailureStatus,
                [HealthCheckNames.ReadyTag, .. choice.Tags],
                choice.Timeout));
            options.Registrations.Add(new HealthCheckRegistration(
                HealthCheckNames.Liveness(consumer),
                services => new ConsumerLivenessCheck(
                    consumer, services.GetRequiredService<IKafkaConsumers>(), services.GetRequiredService<IConsumerSettingsSource>()),
                choice.FailureStatus,
                [HealthCheckNames.LiveTag, .. choice.Tags],
                choice.Timeout));
        }
    }
}
