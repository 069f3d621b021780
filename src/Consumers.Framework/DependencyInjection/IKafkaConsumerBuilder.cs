using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.DependencyInjection;

/// <summary>One consumer while it is registered; extensions hang on it.</summary>
public interface IKafkaConsumerBuilder
{
    /// <summary>The consumer's name: its configuration section and its options name.</summary>
    string Name { get; }

    /// <summary>The services that it is registered in.</summary>
    IServiceCollection Services { get; }
}
