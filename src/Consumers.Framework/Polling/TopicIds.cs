using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Polling;

/// <summary>
/// Asks the clusters. One client for each cluster of the host, made when it is first needed and kept to the end: those of the workers come
/// and go, and an answer may come after they have gone. Any thread.
/// </summary>
internal sealed class TopicIds : ITopicIds, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IAdminClient>> _clients = new(StringComparer.Ordinal);

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics)
    {
        var client = _clients.GetOrAdd(KeyOf(settings.Options), _ => new Lazy<IAdminClient>(() => Create(settings.Options))).Value;
        List<TopicDescription> descriptions;
        try
        {
            var result = await client.DescribeTopicsAsync(
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

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(static client => client.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }

    private static string KeyOf(KafkaConsumerOptions options) =>
        string.Join('\n', options.Client.OrderBy(static setting => setting.Key, StringComparer.Ordinal).Select(static setting => $"{setting.Key}={setting.Value}").Prepend(options.BootstrapServers));

    /// <summary>What is wrong with the connection the workers' clients say as well, and that a setting is a consumer's is no news.</summary>
    private static IAdminClient Create(KafkaConsumerOptions options)
    {
        var settings = options.Client
            .Where(static setting => !setting.Key.StartsWith("dotnet.", StringComparison.Ordinal))
            .ToDictionary(static setting => setting.Key, static setting => setting.Value, StringComparer.Ordinal);
        settings["bootstrap.servers"] = options.BootstrapServers!;
        return ConfluentLibrary.Create(new AdminClientBuilder(settings).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }));
    }
}
