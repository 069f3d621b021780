using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consumers.Framework.IntegrationTests.Positions;

/// <summary>Asks as the framework does, and tells the test that an answer has come.</summary>
internal sealed class SeenTopicIds : ITopicIds, IDisposable
{
    private readonly ClusterClients _clients = new(NullLoggerFactory.Instance, TimeProvider.System);
    private readonly TopicIds _inner;
    private int _answers;

    public SeenTopicIds() => _inner = new TopicIds(_clients);

    /// <summary>How often the consumer has learnt its topics' ids.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics)
    {
        var ids = await _inner.OfAsync(settings, topics);
        Interlocked.Add(ref _answers, ids.Count);
        return ids;
    }

    public void Dispose() => _clients.Dispose();
}
