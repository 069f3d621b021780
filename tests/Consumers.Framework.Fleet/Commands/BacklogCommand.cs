using System.Globalization;
using Consumers.Framework.Fleet.Backlog;
using Consumers.Framework.TestKit.Brokers;
using Consumers.Framework.TestKit.Docs;

namespace Consumers.Framework.Fleet.Commands;

/// <summary>
/// Measures for how long a partition stands still that stays with its owner while another member joins or leaves beside a backlog: a
/// hand-written loop and the framework, life by life in turn.
/// </summary>
internal static class BacklogCommand
{
    public const string Word = "backlog";

    /// <summary>How much longer than the loop's the framework's time may be, at the median and the 95th percentile.</summary>
    private static readonly TimeSpan Allowed = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Columns = ["Protocol", "Arm", "", "Partitions", "median ms", "p95 ms", "longest ms", "lost", "repeated"];

    /// <returns>Whether the framework is as good as it has to be.</returns>
    /// <exception cref="InvalidOperationException">There is no Kafka, or a step was not reached.</exception>
    public static async Task<bool> RunAsync(BacklogOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        if (await KafkaDistribution.FindReasonAgainstAsync() is { } reason)
        {
            throw new InvalidOperationException($"The fleet needs a real Kafka: {reason}");
        }

        if (options.Keep is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        await using var node = await KafkaNode.CreateAsync(KafkaDistribution.Find());
        await node.ServeAsync();
        await node.CreateTopicAsync(BacklogTopic.Name, BacklogOptions.Partitions);
        await Task.Run(() => BacklogTopic.Fill(node.BootstrapServers, options.RecordsOfPartition), cancellationToken);
        var runs = new List<BacklogRun>();
        foreach (var protocol in options.Protocols)
        {
            List<BacklogRun> arms = [.. options.Arms.Select(arm => new BacklogRun(options, arm, protocol, node.BootstrapServers))];
            runs.AddRange(arms);
            await (options.Starts > 0 ? StartAsync(options.Starts, arms, cancellationToken) : HandOverAsync(options.HandOvers, arms, cancellationToken));
        }

        List<BacklogFigures> figures = [.. runs.SelectMany(BacklogFigures.Of)];
        output.WriteLine(MarkdownTable.Render(Columns, [.. figures.Select(Row)]));
        var late = BacklogFigures.TooLong(figures, Allowed).ToList();
        foreach (var line in late)
        {
            output.WriteLine($"RED {line}");
        }

        return late.Count == 0 && runs.All(static run => run.IsExact);
    }

    private static async Task HandOverAsync(int handOvers, IReadOnlyList<BacklogRun> arms, CancellationToken cancellationToken)
    {
        var left = arms.ToDictionary(static arm => arm, _ => handOvers);
        while (left.Values.Any(static count => count > 0))
        {
            foreach (var arm in arms.Where(arm => left[arm] > 0))
            {
                left[arm] -= await arm.LiveAsync(left[arm], cancellationToken);
            }
        }
    }

    private static async Task StartAsync(int starts, IReadOnlyList<BacklogRun> arms, CancellationToken cancellationToken)
    {
        for (var start = 0; start < starts; start++)
        {
            foreach (var arm in arms)
            {
                await arm.StartAsync(cancellationToken);
            }
        }
    }

    private static string[] Row(BacklogFigures figures) =>
    [
        figures.Protocol, figures.Arm.ToString(), figures.Kind.ToString(), figures.Count.ToString(CultureInfo.InvariantCulture),
        Milliseconds(figures.Median), Milliseconds(figures.P95), Milliseconds(figures.Longest),
        figures.Lost.ToString(CultureInfo.InvariantCulture), figures.Arm == BacklogArm.Loop ? "-" : figures.Repeated.ToString(CultureInfo.InvariantCulture),
    ];

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
