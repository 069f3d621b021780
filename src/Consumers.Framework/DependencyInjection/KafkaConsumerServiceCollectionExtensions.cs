using System.Diagnostics.CodeAnalysis;
using Consumers.Framework;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.DependencyInjection;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Hosting;
using Consumers.Framework.Interop;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Polly.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Kafka consumers.</summary>
/// <remarks>
/// The order of registrations does not matter. A name that is taken twice, or a consumer without a handler, is reported when the host starts,
/// together with everything that is wrong with its configuration.
/// </remarks>
public static class KafkaConsumerServiceCollectionExtensions
{
    /// <summary>Adds a consumer with one handler, configured by <c>Kafka:Consumers:{name}</c>.</summary>
    /// <typeparam name="THandler">The handler. Scoped (one scope for each attempt at a record) unless it is registered otherwise.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The consumer's name, unique in the host.</param>
    /// <returns>The consumer's builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IKafkaConsumerBuilder AddKafkaConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IServiceCollection services, string name)
        where THandler : class, IKafkaHandler => services.AddKafkaConsumer(name).AddOnlyHandler<THandler>();

    /// <summary>Adds a consumer with one handler, configured by a section of your choice.</summary>
    /// <typeparam name="THandler">The handler. Scoped (one scope for each attempt at a record) unless it is registered otherwise.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The consumer's name, unique in the host.</param>
    /// <param name="section">Holds what <c>Kafka:Consumers:{name}</c> would.</param>
    /// <returns>The consumer's builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IKafkaConsumerBuilder AddKafkaConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, string name, IConfigurationSection section)
        where THandler : class, IKafkaHandler
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddConsumer(name, section).AddOnlyHandler<THandler>();
    }

    /// <summary>Adds a consumer with one handler, configured by <c>Kafka:Consumers:{name}</c> and then by code.</summary>
    /// <typeparam name="THandler">The handler. Scoped (one scope for each attempt at a record) unless it is registered otherwise.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The consumer's name, unique in the host.</param>
    /// <param name="configure">Runs after configuration is bound, so it has the last word over it.</param>
    /// <returns>The consumer's builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IKafkaConsumerBuilder AddKafkaConsumer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, string name, Action<KafkaConsumerOptions> configure)
        where THandler : class, IKafkaHandler
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = services.AddConsumer(name, section: null);
        services.Configure(name, configure);
        return builder.AddOnlyHandler<THandler>();
    }

    /// <summary>Adds a consumer of several message types; give it handlers with <c>Handle</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The consumer's name, unique in the host.</param>
    /// <returns>The consumer's builder. Its other handlers and decoders can be added in any order.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static IKafkaConsumerBuilder AddKafkaConsumer(this IServiceCollection services, string name) => services.AddConsumer(name, section: null);

    private static KafkaConsumerBuilder AddConsumer(this IServiceCollection services, string name, IConfigurationSection? section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.AddConsumersCore();
        services.AddSingleton(new ConsumerDeclaration(name, section));
        var handlers = new HandlerRegistration(name);
        services.AddSingleton(handlers);
        return new KafkaConsumerBuilder(name, services, handlers);
    }

    private static IKafkaConsumerBuilder AddOnlyHandler<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IKafkaConsumerBuilder builder)
        where THandler : class, IKafkaHandler
    {
        KafkaConsumerBuilder.Of(builder).Handlers.AddOnly(THandler.Bind<THandler>(), builder.Services);
        return builder;
    }

    private static void AddConsumersCore(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ConsumersStop)))
        {
            return;
        }

        services.AddKafkaConsumerConfiguration();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new HandlerLifetimes(services));
        services.TryAddScoped<WiringSwitch>();
        services.TryAddTransient<WiringEnd>();
        services.TryAddTransient(typeof(Wiring<>));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistrationCheck, RegistrationCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistrationCheck, ClientLibraryCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<TelemetryOptions>, PipelineTelemetry>());
        services.TryAddSingleton<IHostStopper, HostStopper>();
        services.TryAddSingleton<ClientLibraryLoader>(ConfluentLibrary.Load);
        services.TryAddSingleton<NativeClientOpener>(NativeClient.TryOpen);
        services.TryAddSingleton<IRecordSourceFactory, RecordSourceFactory>();
        services.TryAddSingleton<ClusterClients>();
        services.TryAddSingleton<ITopicIds, TopicIds>();
        services.TryAddSingleton<IPartitionEnds, PartitionEnds>();
        services.TryAddSingleton<ConsumerFactory>();
        services.TryAddSingleton<ConsumersStop>();
        services.TryAddSingleton<DisposalDrain>();
        services.TryAddSingleton<KafkaConsumers>();
        services.TryAddSingleton<IKafkaConsumers>(static provider => provider.GetRequiredService<KafkaConsumers>());
        services.AddHostedService<KafkaConsumersHostedService>();
        DrainingHost.Decorate(services);
    }
}
