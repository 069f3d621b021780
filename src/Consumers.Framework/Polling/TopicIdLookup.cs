using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Polling;

/// <summary>
/// Asks for the ids of topics where the poll thread must know them before it goes on. Poll thread only; throws nothing, and waits within a
/// bound.
/// </summary>
/// <remarks>
/// A cluster that tells answers within milliseconds. One that was asked before and has never answered (it has no such call) is not waited
/// for: whoever watches the topics goes on asking it.
/// </remarks>
internal sealed class TopicIdLookup(ConsumerSettings settings, ITopicIds ids, KnownTopics topics, TimeProvider time)
{
    /// <summary>The ids that topics have now.</summary>
    /// <param name="names">The topics.</param>
    /// <param name="timeout">The most that it may take.</param>
    /// <returns>Without the topics that no id was told of.</returns>
    public IReadOnlyDictionary<string, string> Of(IReadOnlyCollection<string> names, TimeSpan timeout)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        if (settings.Options.TopicCheckInterval == TimeSpan.Zero || names.Count == 0 || timeout <= TimeSpan.Zero || (topics.IdsAreAsked && !topics.IdsAreTold))
        {
            return told;
        }

        topics.IdsAreAsked = true;
        var answer = ids.OfAsync(settings, names);
        try
        {
            if (!answer.Wait(timeout))
            {
                return told;
            }
        }
        catch (AggregateException exception) when (exception.InnerException is KafkaException or ObjectDisposedException)
        {
            return told;
        }

        topics.IdsAreTold = true;
        foreach (var (topic, id) in answer.Result)
        {
            told[topic] = topics.SeenId(topic, id, time.GetTimestamp());
        }

        return told;
    }
}
