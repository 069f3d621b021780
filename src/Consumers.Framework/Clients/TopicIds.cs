using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Clients;

/// <summary>Asks the clusters. Any thread.</summary>
internal sealed class TopicIds(ClusterClients clients) : ITopicIds
{
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics)
    {
        List<TopicDescription> descriptions;
        try
        {
            var result = await clients.AdminOf(settings).DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = settings.Options.RequestTimeout }).ConfigureAwait(false);
            descriptions = result.TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            descriptions = exception.Results.TopicDescriptions;
        }

        return descriptions
            .Where(static topic => !topic.Error.IsError)
            .ToDictionary(static topic => topic.Name, static topic => topic.TopicId.ToString(), StringComparer.Ordinal);
    }
}
