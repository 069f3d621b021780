using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>The ids of topics: one that was deleted and created again has another id under the same name. Any thread.</summary>
internal interface ITopicIds
{
    /// <summary>The ids of those of the topics that there are.</summary>
    /// <param name="settings">A consumer of the cluster.</param>
    /// <param name="topics">The topics.</param>
    /// <exception cref="Confluent.Kafka.KafkaException">No answer came, or the cluster has no such call.</exception>
    Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics);
}
