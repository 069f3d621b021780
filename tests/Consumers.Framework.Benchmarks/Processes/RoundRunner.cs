using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>
/// Runs arms side by side: every arm once in each round, the order rotated, so that what the machine does meanwhile meets all of them. A
/// first round warms the broker up and is thrown away.
/// </summary>
internal sealed class RoundRunner(BenchmarkBroker broker, TopicFiller topics, int rounds)
{
    private const int WarmUpPart = 6;

    /// <param name="arms">The arms.</param>
    /// <param name="content">What an arm's topic holds; its share and its partitions are the arm's.</param>
    /// <param name="before">Called before each run of an arm.</param>
    /// <exception cref="ArmFailedException">An arm failed; the message names it.</exception>
    public async Task<IReadOnlyList<ArmRounds<ThroughputFigures>>> RunAsync(IReadOnlyList<Arm> arms, TopicContent content, Action? before = null)
    {
        foreach (var arm in arms)
        {
            await topics.FillAsync(ContentOf(arm, content));
        }

        var figures = arms.Select(static _ => new List<ThroughputFigures>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var place = 0; place < arms.Count; place++)
            {
                var index = (place + round) % arms.Count;
                before?.Invoke();
                var result = await RunAsync(arms[index], ContentOf(arms[index], content), round);
                if (round > 0)
                {
                    figures[index].Add(result);
                }
            }
        }

        return [.. arms.Select((arm, index) => new ArmRounds<ThroughputFigures>(arm.Name, figures[index]))];
    }

    /// <summary>A group that nobody has used, and what this broker needs.</summary>
    public static ArmTarget Target(BenchmarkBroker broker, string topic, int partitions, long records, long warmUp) => new()
    {
        BootstrapServers = broker.BootstrapServers,
        Topic = topic,
        Partitions = partitions,
        Records = records,
        WarmUp = warmUp,
        Group = $"bench-{Guid.NewGuid():N}",
        ClientSettings = broker.ClientSettings,
        HostSettings = broker.SettingsFor(FrameworkHost.Consumer),
    };

    private static TopicContent ContentOf(Arm arm, TopicContent content) => content with
    {
        Records = Math.Max(WarmUpPart, (long)(content.Records * arm.Share)),
        Partitions = arm.Partitions ?? content.Partitions,
    };

    private async Task<ThroughputFigures> RunAsync(Arm arm, TopicContent content, int round)
    {
        var target = Target(broker, content.TopicName, content.Partitions, content.Records, content.Records / WarmUpPart);
        var figures = await ArmProcess.RunAsync<ThroughputFigures>($"{arm.Name} on the {broker.Name} broker", new(arm.Work, target), arm.Environment);
        Progress.Say($"{broker.Name} {(round == 0 ? "warm-up" : $"{round}/{rounds}")} {arm.Name}: {figures.RecordsPerSecond:N0} records/s");
        return figures;
    }
}
