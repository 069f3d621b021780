namespace Consumers.Framework.Diagnostics;

/// <summary>The consumers of the host, in order of registration. A singleton in the service container.</summary>
public interface IKafkaConsumers : IReadOnlyCollection<IKafkaConsumer>
{
    /// <summary>The consumer of that name.</summary>
    /// <exception cref="KeyNotFoundException">No consumer has that name; the message lists those that there are.</exception>
    IKafkaConsumer this[string name] { get; }
}
