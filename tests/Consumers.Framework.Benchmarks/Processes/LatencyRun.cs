using Consumers.Framework.Benchmarks.Arms;
using Consumers.Framework.Benchmarks.Brokers;
using Consumers.Framework.Benchmarks.Topics;

namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>Measures how old records are when they are handled, each time on a topic of its own to which they come at a steady pace.</summary>
internal sealed class LatencyRun(BenchmarkBroker broker, double recordsPerSecond, TimeSpan length, int size)
{
    private const int Partitions = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <returns>The microseconds of each record.</returns>
    /// <exception cref="ArmFailedException">The arm failed; the message names it.</exception>
    public async Task<double[]> MeasureAsync(string name, LatencyWork work)
    {
        var topic = $"latency-{Guid.NewGuid():N}";
        await broker.CreateTopicAsync(topic, Partitions);
        var target = RoundRunner.Target(broker, topic, Partitions, RecordsIn(WarmUp + length), RecordsIn(WarmUp));
        var producer = new PacedProducer(broker.BootstrapServers, topic, Partitions, size);
        var producing = Task.CompletedTask;
        try
        {
            return await ArmProcess.RunAsync<double[]>($"{name} on the {broker.Name} broker", new(work, target), whenReady: () =>
                producing = Task.Factory.StartNew(() => producer.Run(target.Records, recordsPerSecond), TaskCreationOptions.LongRunning));
        }
        finally
        {
            await producing;
        }
    }

    private long RecordsIn(TimeSpan time) => (long)(time.TotalSeconds * recordsPerSecond);
}
