namespace Consumers.Framework.Configuration;

/// <summary>What happens when a consumer has read everything up to its <see cref="KafkaConsumerOptions.Until"/>.</summary>
public enum CompletionPolicy
{
    /// <summary>The consumer stops by itself; the host goes on, and <c>Start()</c> starts it again.</summary>
    StopConsumer,

    /// <summary>
    /// The host stops with exit code 0, as soon as every consumer that says so is done. Other consumers are stopped with it, as at any stop.
    /// </summary>
    StopHost,
}
