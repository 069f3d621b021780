using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Processes;
using Consumers.Framework.Benchmarks.Reports;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Commands;

/// <summary>Whether asynchronous commits cost throughput when the broker answers them late. Only the embedded broker can be told to.</summary>
internal sealed class CommitDelayCommand : IBenchmarkCommand
{
    /// <summary>More than an arm commits in one round: what is left over delays the next one's.</summary>
    private const int DelayedCommits = 300;

    private static readonly TimeSpan[] RoundTrips = [TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)];

    private static readonly Arm[] Arms = [ThroughputArms.CeilingArm, ThroughputArms.AsyncArm];

    public string Name => "async-rtt";

    public string Summary => "Async beside the native ceiling, with commits that take 0, 1 and 5 ms longer (embedded broker)";

    public async IAsyncEnumerable<ReportSection> RunAsync(BenchmarkOptions options, BrokerSet brokers)
    {
        foreach (var roundTrip in RoundTrips)
        {
            // A broker of its own: a delay that was given and not used up cannot be taken back.
            await using var broker = new EmbeddedBenchmarkBroker();
            var (partitions, records) = broker.DefaultsFor(options.Size);
            var content = new TopicContent(options.Records ?? records, options.Size, partitions);
            var rounds = await new RoundRunner(broker, new TopicFiller(broker), options.Rounds).RunAsync(Arms, content, () =>
            {
                if (roundTrip > TimeSpan.Zero)
                {
                    broker.DelayCommits(roundTrip, DelayedCommits);
                }
            });
            yield return ThroughputTable.Create(
                $"async-rtt-{roundTrip.TotalMilliseconds:0}ms",
                $"Async with commits that take {roundTrip.TotalMilliseconds:0} ms longer, embedded broker: {content.Records:N0} records of {content.Size} B",
                rounds,
                ("x ceiling", ThroughputArms.Ceiling));
        }
    }
}
