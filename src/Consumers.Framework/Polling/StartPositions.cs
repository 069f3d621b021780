using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Rebalancing;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// Decides where a partition starts: where the user says, else at the committed offset, else by <c>AutoOffsetReset</c>. The client itself
/// is told to choose nothing. Poll thread only, inside the assignment's callback too; throws nothing.
/// </summary>
internal sealed class StartPositions(
    ConsumerSettings settings, int worker, IOffsetLookup offsets, KnownTopics topics, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _timeout = settings.Options.RequestTimeout < LongestWait ? settings.Options.RequestTimeout : LongestWait;

    /// <summary>
    /// Where each of the partitions starts; <see cref="Offset.Unset"/> leaves it to the client, which fetches the committed offset itself
    /// and reports a partition that has none.
    /// </summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="requested">Where the user wants some of them to start, whatever is committed; null for none.</param>
    public IReadOnlyList<TopicPartitionOffset> Of(
        IReadOnlyCollection<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, Offset>? requested = null)
    {
        var startedAt = time.GetTimestamp();
        LookAtTopics();
        List<TopicPartition> open = [.. partitions.Where(partition => requested?.ContainsKey(partition) != true)];
        var committed = Committed(open, _timeout - time.GetElapsedTime(startedAt));
        var without = new List<TopicPartitionOffset>();
        var starts = partitions.Select(partition =>
        {
            if (requested is not null && requested.TryGetValue(partition, out var wanted))
            {
                return new TopicPartitionOffset(partition, wanted);
            }

            if (!committed.TryGetValue(partition, out var offset))
            {
                return new TopicPartitionOffset(partition, Offset.Unset);
            }

            if (offset != Offset.Unset)
            {
                return new TopicPartitionOffset(partition, offset);
            }

            without.Add(new TopicPartitionOffset(partition, WithoutCommit(partition)));
            return without[^1];
        }).ToList();
        Report(without);
        return starts;
    }

    /// <summary>Where partitions start that are known to have no committed offset.</summary>
    public IReadOnlyList<TopicPartitionOffset> WithoutCommit(IReadOnlyCollection<TopicPartition> partitions)
    {
        var starts = partitions.Select(partition => new TopicPartitionOffset(partition, WithoutCommit(partition))).ToList();
        Report(starts);
        return starts;
    }

    private IReadOnlyDictionary<TopicPartition, Offset> Committed(List<TopicPartition> partitions, TimeSpan timeout)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, Offset>();
        }

        if (!settings.Commits)
        {
            return partitions.ToDictionary(static partition => partition, static _ => Offset.Unset);
        }

        var committed = timeout > TimeSpan.Zero ? offsets.Committed(partitions, timeout) : new Dictionary<TopicPartition, Offset>();
        if (committed.Count < partitions.Count)
        {
            Log.CommittedUnknown(logger, settings.Name, worker, partitions.Count - committed.Count, _timeout);
        }

        return committed;
    }

    private Offset WithoutCommit(TopicPartition partition) => settings.Options.AutoOffsetReset switch
    {
        OffsetReset.Earliest => Offset.Beginning,
        OffsetReset.Latest => topics.WasBornLater(partition) ? Offset.Beginning : Offset.End,
        _ => Offset.Unset,
    };

    /// <summary>
    /// Only <c>Latest</c> asks what was born later. The look is taken at the first callback, an empty assignment's too: a member that stands
    /// by may be the one that gets the partition.
    /// </summary>
    private void LookAtTopics()
    {
        if (settings.Options.AutoOffsetReset != OffsetReset.Latest || settings.Options.Partitions.Count > 0)
        {
            return;
        }

        List<string> unknown = [.. settings.Options.Topics.Where(topic => !topics.IsKnown(topic))];
        if (unknown.Count > 0 && offsets.PartitionCounts(unknown, _timeout) is { } counts)
        {
            topics.Seen(counts, all: false);
        }
    }

    private void Report(List<TopicPartitionOffset> without)
    {
        foreach (var start in without.GroupBy(static start => start.Offset).Where(static start => start.Key != Offset.Unset))
        {
            List<TopicPartition> partitions = [.. start.Select(static one => one.TopicPartition)];
            Log.StartsWithoutCommit(
                logger, settings.Name, worker, partitions.Count, new PartitionNames(partitions),
                start.Key == Offset.End ? "end" : "beginning", settings.Options.AutoOffsetReset);
        }
    }
}
