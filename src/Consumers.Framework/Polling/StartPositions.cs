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
    private bool _topicsKnown;

    /// <summary>
    /// Where each of the partitions starts; <see cref="Offset.Unset"/> leaves it to the client, which fetches the committed offset itself
    /// and reports a partition that has none.
    /// </summary>
    /// <param name="partitions">The partitions.</param>
    /// <param name="requested">Where the user wants some of them to start, whatever is committed; null for none.</param>
    public IReadOnlyList<PartitionStart> Of(
        IReadOnlyCollection<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, Offset>? requested = null)
    {
        var startedAt = time.GetTimestamp();
        LookAtTopics(_timeout);
        List<TopicPartition> open = [.. partitions.Where(partition => requested?.ContainsKey(partition) != true)];
        var committed = Committed(open, _timeout - time.GetElapsedTime(startedAt));
        var without = new List<TopicPartitionOffset>();
        var starts = partitions.Select(partition =>
        {
            if (requested is not null && requested.TryGetValue(partition, out var wanted))
            {
                return new PartitionStart(partition, wanted);
            }

            if (!committed.TryGetValue(partition, out var offset))
            {
                return new PartitionStart(partition, Offset.Unset);
            }

            if (offset != Offset.Unset)
            {
                topics.Committed(partition);
                return new PartitionStart(partition, offset, IsCommitted: true);
            }

            var start = WithoutCommit(partition);
            without.Add(new TopicPartitionOffset(partition, start));
            return new PartitionStart(partition, start);
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

    /// <summary>
    /// Between polls, until it is known what the topics are like. A topic that does not exist is assigned to nobody, so that no callback
    /// comes before it does.
    /// </summary>
    public void LookAtTopics() => LookAtTopics(settings.LookupPatience);

    /// <summary>Partitions are taken away. One that comes back without the commit that the broker has accepted is of another topic.</summary>
    public void Leaving(IEnumerable<PartitionLease?> leases)
    {
        foreach (var lease in leases)
        {
            if (lease is { HasCommitted: true })
            {
                topics.Committed(lease.TopicPartition);
            }
        }
    }

    /// <summary>The topic does not exist, or not any more.</summary>
    public void Gone(string topic) => topics.Gone(topic);

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

    /// <summary>Only <c>Latest</c> asks what was born later.</summary>
    private void LookAtTopics(TimeSpan timeout)
    {
        if (_topicsKnown || settings.Options.AutoOffsetReset != OffsetReset.Latest || settings.Options.Partitions.Count > 0)
        {
            return;
        }

        // A pattern may match any topic: which of them were there is only known when all are seen.
        var isPattern = settings.Options.TopicPattern is not null;
        List<string>? unknown = isPattern ? null : [.. settings.Options.Topics.Where(topic => !topics.IsKnown(topic))];
        if ((isPattern ? !topics.AllSeen : unknown is { Count: > 0 }) && offsets.PartitionCounts(unknown, timeout) is { } counts)
        {
            topics.Seen(counts, all: isPattern);
            Log.TopicsSeen(logger, settings.Name, worker, counts.Count, counts.Values.Sum());
        }

        _topicsKnown = isPattern ? topics.AllSeen : settings.Options.Topics.All(topics.IsKnown);
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
