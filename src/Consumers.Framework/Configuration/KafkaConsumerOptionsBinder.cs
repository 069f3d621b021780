using Microsoft.Extensions.Options;

namespace Consumers.Framework.Configuration;

/// <summary>
/// Binds a registered consumer's options by its name. What cannot be bound is left at its default here; the settings source reports it.
/// </summary>
internal sealed class KafkaConsumerOptionsBinder(IEnumerable<ConsumerDeclaration> consumers, ConsumerConfiguration configuration)
    : IConfigureNamedOptions<KafkaConsumerOptions>
{
    public void Configure(string? name, KafkaConsumerOptions options)
    {
        if (consumers.FirstOrDefault(c => c.Name == name) is { } consumer)
        {
            configuration.Read(consumer, new Problems()).Bind(options);
        }
    }

    public void Configure(KafkaConsumerOptions options) => Configure(Options.DefaultName, options);
}
