using Microsoft.Extensions.Configuration;

namespace Consumers.Framework.Configuration;

/// <summary>One call of <c>AddKafkaConsumer</c>: a name, and the section it binds to when that is not <c>Kafka:Consumers:{name}</c>.</summary>
internal sealed record ConsumerDeclaration(string Name, IConfigurationSection? Section);
