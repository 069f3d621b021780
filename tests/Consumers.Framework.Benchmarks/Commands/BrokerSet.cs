using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;
using Consumers.Framework.TestKit.Brokers;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>The brokers of a run, each started when it is first needed, with the topics that were filled on it.</summary>
internal sealed class BrokerSet : IAsyncDisposable
{
    private const string Embedded = "embedded";
    private const string Real = "real";

    private readonly Dictionary<string, (BenchmarkBroker Broker, TopicFiller Topics)> _started = [];

    /// <summary>What was started, for the report.</summary>
    public IEnumerable<string> Descriptions => _started.Values.Select(static started => $"{started.Broker.Name}: {started.Broker.Description}");

    /// <summary>Starts the brokers that the options name.</summary>
    /// <param name="chosen">The option; null for the command's own choice.</param>
    /// <param name="preferAll">Whether that choice is every broker there is, or the real one where there is one.</param>
    public async Task<IReadOnlyList<(BenchmarkBroker Broker, TopicFiller Topics)>> StartAsync(string? chosen, bool preferAll)
    {
        var hasReal = await KafkaDistribution.FindReasonAgainstAsync() is null;
        if (!hasReal && chosen is null)
        {
            Progress.Say($"only the embedded broker: {await KafkaDistribution.FindReasonAgainstAsync()}");
        }

        string[] names = chosen switch
        {
            Embedded or Real => [chosen],
            "all" => [Real, Embedded],
            _ => hasReal ? preferAll ? [Real, Embedded] : [Real] : [Embedded],
        };
        var brokers = new List<(BenchmarkBroker, TopicFiller)>();
        foreach (var name in names)
        {
            brokers.Add(await StartAsync(name));
        }

        return brokers;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (broker, _) in _started.Values)
        {
            await broker.DisposeAsync();
        }
    }

    private async Task<(BenchmarkBroker Broker, TopicFiller Topics)> StartAsync(string name)
    {
        if (!_started.TryGetValue(name, out var started))
        {
            BenchmarkBroker broker = name == Real ? await RealBenchmarkBroker.StartAsync() : new EmbeddedBenchmarkBroker();
            _started[name] = started = (broker, new TopicFiller(broker));
        }

        return started;
    }
}
