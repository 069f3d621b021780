using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Positions;

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
        _ = ObserveAsync(answer);
        try
        {
            if (!answer.Wait(timeout))
            {
                return told;
            }
        }
        catch (AggregateException)
        {
            // Whatever it is, the poll thread has a callback to answer; whoever watches the topics says why the ids are not told.
            return told;
        }

        topics.IdsAreTold = true;
        foreach (var (topic, id) in answer.Result)
        {
            told[topic] = topics.SeenId(topic, id, time.GetTimestamp());
        }

        return told;
    }

    /// <summary>One that comes too late may be a fault all the same.</summary>
    private static async Task ObserveAsync(Task answer) => await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
