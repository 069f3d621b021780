using Consumers.Framework.Health;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health checks of the Kafka consumers.</summary>
public static class KafkaConsumersHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a readiness check <c>kafka-consumer-{name}</c> (tag <c>ready</c>) and a liveness check <c>kafka-consumer-{name}-live</c> (tag
    /// <c>live</c>) for each consumer of the host, whether it is declared before or after this call. They read memory and never ask the
    /// broker.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddKafkaConsumers(this IHealthChecksBuilder builder) =>
        builder.AddKafkaConsumers(failureStatus: null, tags: null, timeout: null);

    /// <summary><inheritdoc cref="AddKafkaConsumers(IHealthChecksBuilder)"/> Called again, the last call counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="failureStatus">What counts where a check says Unhealthy; null for <see cref="HealthStatus.Unhealthy"/>. Degraded stays Degraded.</param>
    /// <param name="tags">Further tags, beside <c>ready</c> and <c>live</c>.</param>
    /// <param name="timeout">How long a check may take; null for no limit. The checks never wait.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddKafkaConsumers(
        this IHealthChecksBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new HealthCheckChoices(failureStatus, [.. tags ?? []], timeout));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HealthCheckServiceOptions>, ConsumerHealthCheckRegistrar>());
        return builder;
    }
}
