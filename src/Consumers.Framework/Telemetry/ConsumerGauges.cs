using System.Diagnostics.Metrics;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Telemetry;

/// <summary>The instruments that read a snapshot of the consumer when somebody collects them. Stateless; any thread.</summary>
internal static class ConsumerGauges
{
    /// <summary>Makes the gauges of one consumer. Consumers share the names and differ in their tags.</summary>
    public static void Create(Meter meter, ConsumerTags tags, Func<ConsumerSnapshot> snapshot)
    {
        Make(() => meter.CreateObservableGauge(
            MetricNames.Lag, () => Read(snapshot, tags, Lag), "{message}", "Records of a partition that are not handled yet, as the last fetch told it."));
        Make(() => meter.CreateObservableUpDownCounter(
            MetricNames.InFlight, () => Read(snapshot, tags, InFlight), "{message}", "Records in their handler."));
        Make(() => meter.CreateObservableGauge(
            MetricNames.OldestInFlightAge, () => Read(snapshot, tags, OldestInFlight), "s", "How long the record that has been in its handler for longest has been there."));
        Make(() => meter.CreateObservableUpDownCounter(
            MetricNames.Buffered, () => Read(snapshot, tags, Buffered), "{message}", "Records in memory that wait for their handler."));
        Make(() => meter.CreateObservableUpDownCounter(
            MetricNames.PausedPartitions, () => Read(snapshot, tags, Paused), "{partition}", "Partitions that fetch nothing, because of back-pressure or because code paused them."));
        Make(() => meter.CreateObservableUpDownCounter(
            MetricNames.BlockedPartitions, () => Read(snapshot, tags, Blocked), "{partition}", "Partitions that stand at a record that failed for good, or whose handler cannot be made."));
        Make(() => meter.CreateObservableUpDownCounter(
            MetricNames.Workers, () => Read(snapshot, tags, Workers), "{worker}", "Workers by what they are doing."));
    }

    /// <summary>A listener that throws when it is told of the gauge leaves the consumer without it.</summary>
    private static void Make(Func<Instrument> create)
    {
        try
        {
            create();
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's.
        }
    }

    private static IEnumerable<Measurement<T>> Read<T>(
        Func<ConsumerSnapshot> snapshot, ConsumerTags tags, Func<ConsumerSnapshot, ConsumerTags, IEnumerable<Measurement<T>>> measure)
        where T : struct
    {
        try
        {
            return [.. measure(snapshot(), tags)];
        }
        catch (Exception)
        {
            // The reader collects every instrument of the process; a consumer that is being torn down must not end that.
            return [];
        }
    }

    private static IEnumerable<Measurement<long>> Lag(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        from partition in Partitions(snapshot)
        where partition.Lag is not null
        select new Measurement<long>(partition.Lag!.Value, tags.Partition(partition.TopicPartition));

    private static IEnumerable<Measurement<long>> InFlight(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        SumByTopic(snapshot, tags, static partition => partition.InFlight);

    private static IEnumerable<Measurement<long>> Buffered(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        SumByTopic(snapshot, tags, static partition => partition.Buffered);

    private static IEnumerable<Measurement<long>> Blocked(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        SumByTopic(snapshot, tags, static partition => partition.State is PartitionState.Blocked or PartitionState.NoHandler ? 1 : 0);

    private static IEnumerable<Measurement<double>> OldestInFlight(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        from topic in ByTopic(snapshot)
        select new Measurement<double>(topic.Max(static partition => partition.OldestInFlightAge).TotalSeconds, tags.Topic(topic.Key));

    private static IEnumerable<Measurement<long>> Paused(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        from topic in ByTopic(snapshot)
        from reason in new[] { (Name: "code", State: PartitionState.Paused), (Name: "back_pressure", State: PartitionState.BackPressure) }
        select new Measurement<long>(
            topic.Count(partition => partition.State == reason.State), ConsumerTags.With(tags.Topic(topic.Key), TagNames.PauseReason, reason.Name));

    private static IEnumerable<Measurement<long>> Workers(ConsumerSnapshot snapshot, ConsumerTags tags) =>
        from state in Enum.GetValues<WorkerState>()
        select new Measurement<long>(
            snapshot.Workers.Count(worker => worker.State == state), ConsumerTags.With(tags.Consumer, TagNames.WorkerState, Name(state)));

    private static IEnumerable<Measurement<long>> SumByTopic(ConsumerSnapshot snapshot, ConsumerTags tags, Func<PartitionSnapshot, long> value) =>
        from topic in ByTopic(snapshot)
        select new Measurement<long>(topic.Sum(value), tags.Topic(topic.Key));

    private static IEnumerable<IGrouping<string, PartitionSnapshot>> ByTopic(ConsumerSnapshot snapshot) =>
        Partitions(snapshot).GroupBy(static partition => partition.TopicPartition.Topic, StringComparer.Ordinal);

    private static IEnumerable<PartitionSnapshot> Partitions(ConsumerSnapshot snapshot) => snapshot.Workers.SelectMany(static worker => worker.Partitions);

    private static string Name(WorkerState state) => state switch
    {
        WorkerState.Stopped => "stopped",
        WorkerState.Starting => "starting",
        WorkerState.Running => "running",
        WorkerState.Standby => "standby",
        WorkerState.Rebalancing => "rebalancing",
        WorkerState.Stopping => "stopping",
        WorkerState.Restarting => "restarting",
        WorkerState.Fenced => "fenced",
        WorkerState.Failed => "failed",
        WorkerState.Completed => "completed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "This worker state has no name in metrics."),
    };
}
