using Consumers.Framework.Handling;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.DependencyInjection;

/// <summary>What <c>AddKafkaConsumer</c> returns. Used while services are registered, on one thread.</summary>
internal sealed class KafkaConsumerBuilder(string name, IServiceCollection services, HandlerRegistration handlers) : IKafkaConsumerBuilder
{
    public string Name { get; } = name;

    public IServiceCollection Services { get; } = services;

    public HandlerRegistration Handlers { get; } = handlers;

    /// <exception cref="ArgumentException">The builder is somebody else's implementation.</exception>
    public static KafkaConsumerBuilder Of(IKafkaConsumerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder as KafkaConsumerBuilder ?? throw new ArgumentException("The builder does not come from AddKafkaConsumer.", nameof(builder));
    }
}
