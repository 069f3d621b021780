using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A cluster whose topics have the ids that the test gives them, or that does not tell.</summary>
internal sealed class FakeTopicIds : ITopicIds
{
    private int _asked;

    public Dictionary<string, string> Ids { get; } = [];

    public Exception? Failure { get; set; }

    /// <summary>Answers are given when this ends.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public int Asked => Volatile.Read(ref _asked);

    public async Task<IReadOnlyDictionary<string, string>> OfAsync(ConsumerSettings settings, IReadOnlyCollection<string> topics)
    {
        Interlocked.Increment(ref _asked);
        await Ready;
        return Failure is null ? Ids.Where(topic => topics.Contains(topic.Key)).ToDictionary() : throw Failure;
    }
}
