using System.Globalization;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Health;

/// <summary>The data dictionary of a check: what it was judged by, and what is worth a look without being wrong. Pure; any thread.</summary>
internal static class HealthData
{
    public static IReadOnlyDictionary<string, object> Readiness(ConsumerSnapshot snapshot)
    {
        var partitions = snapshot.Workers.SelectMany(static worker => worker.Partitions).ToList();
        var data = Common(snapshot);
        data["partitions"] = partitions.Count;
        data["lag"] = snapshot.Lag;
        data["handled"] = snapshot.Handled;
        data["in_flight"] = partitions.Sum(static partition => partition.InFlight);
        data["oldest_in_flight"] = Duration(partitions.Select(static partition => partition.OldestInFlightAge).DefaultIfEmpty().Max());
        AddPartitions(data, "back_pressure", partitions, PartitionState.BackPressure);
        AddPartitions(data, "draining", partitions, PartitionState.Draining);
        AddPartitions(data, "retrying", partitions, PartitionState.Retrying);
        AddPartitions(data, "blocked", partitions, PartitionState.Blocked);
        AddPartitions(data, "no_handler", partitions, PartitionState.NoHandler);
        if (snapshot.Skipped is { } skipped)
        {
            data["skipped"] = skipped.Total;
            data["last_skipped"] = string.Create(
                CultureInfo.InvariantCulture, $"{Name(skipped.Last.TopicPartition)} offset {skipped.Last.Offset.Value}, {Duration(skipped.LastAge)} ago: {skipped.LastReason}");
        }

        return data;
    }

    public static IReadOnlyDictionary<string, object> Liveness(ConsumerSnapshot snapshot) => Common(snapshot);

    /// <summary>A partition as it is written in every sentence: <c>orders[2]</c>.</summary>
    public static string Name(PartitionSnapshot partition) => Name(partition.TopicPartition);

    public static string Name(TopicPartition partition) => string.Create(CultureInfo.InvariantCulture, $"{partition.Topic}[{partition.Partition.Value}]");

    /// <summary>A duration that is read at a glance: milliseconds below a second, else whole seconds.</summary>
    public static string Duration(TimeSpan duration) => duration < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(duration.TotalMilliseconds)} ms")
        : duration.ToString(duration.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static Dictionary<string, object> Common(ConsumerSnapshot snapshot)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["consumer"] = snapshot.Name,
            ["workers"] = string.Join(", ", snapshot.Workers.Select(static worker => worker.State.ToString())),
            ["since_poll"] = Duration(snapshot.Workers.Select(static worker => worker.SincePoll).DefaultIfEmpty().Max()),
        };
        if (snapshot.GroupId is not null)
        {
            data["group"] = snapshot.GroupId;
        }

        return data;
    }

    private static void AddPartitions(Dictionary<string, object> data, string key, List<PartitionSnapshot> partitions, PartitionState state)
    {
        var texts = partitions.Where(partition => partition.State == state).Select(Describe).ToArray();
        if (texts.Length > 0)
        {
            data[key] = texts;
        }
    }

    private static string Describe(PartitionSnapshot partition) => partition.Failing is { } record
        ? string.Create(CultureInfo.InvariantCulture, $"{Name(partition)} offset {record.Offset}, attempt {record.Attempts}: {record.Reason}")
        : Name(partition);
}
