using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Positions;

/// <summary>
/// Decides where a partition starts: where the user says, else at the committed offset, else by <c>AutoOffsetReset</c>. The client itself
/// is told to choose nothing. Poll thread only, inside the assignment's callback too; throws nothing.
/// </summary>
/// <remarks>
/// A committed offset does not say of which topic it is, and may be of one of the same name that was deleted. T1 (the broker) makes the topic
/// anew and assigns it; T2 (a worker) asks what is committed, and is told of the old topic; T1 deletes its commits. Or T2 has a commit on the
/// way when T1 makes the topic anew: T1 takes it for the new one's, and so it does with what other members commit before they have noticed.
/// All that is over some time after the consumer sees that the topic has another id. Until then an offset counts only where the consumer
/// itself has committed under that id; elsewhere the partition starts at its beginning, which repeats what another member has done of the new
/// topic by then.
/// </remarks>
internal sealed class StartPositions(WorkerScope scope, IOffsetLookup offsets, KnownTopics topics, TopicIdLookup topicIds)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Other members notice a topic that was made anew within the interval; a commit that they have on the way then ends soon.</summary>
    private readonly TimeSpan _doubt = scope.Options.TopicCheckInterval + TimeSpan.FromSeconds(10);
    private readonly TimeSpan _timeout = scope.Options.RequestTimeout < LongestWait ? scope.Options.RequestTimeout : LongestWait;
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
        var startedAt = scope.Time.GetTimestamp();
        var ids = TopicIdsOf(partitions);
        LookAtTopics(TimeLeft(startedAt));
        List<TopicPartition> open = [.. partitions.Where(partition => requested?.ContainsKey(partition) != true)];
        var committed = Committed(open, TimeLeft(startedAt));
        var without = new List<TopicPartitionOffset>();
        var starts = partitions.Select(partition =>
        {
            var id = ids.GetValueOrDefault(partition.Topic);
            if (requested is not null && requested.TryGetValue(partition, out var wanted))
            {
                return new PartitionStart(partition, wanted, TopicId: id);
            }

            if (!committed.TryGetValue(partition, out var offset))
            {
                return new PartitionStart(partition, Offset.Unset, TopicId: id);
            }

            if (offset != Offset.Unset)
            {
                return AtCommit(partition, offset, id);
            }

            var start = WithoutCommit(partition);
            without.Add(new TopicPartitionOffset(partition, start));
            return new PartitionStart(partition, start, TopicId: id);
        }).ToList();
        Report(without);
        return starts;
    }

    /// <summary>
    /// The ids of the partitions' topics, to be asked for before anything else is found out about them: so an id is never younger than what is.
    /// Of a topic that is not told of, the id that it had when it was last told.
    /// </summary>
    /// <returns>Without the topics that no id was ever told of.</returns>
    public IReadOnlyDictionary<string, string> TopicIdsOf(IEnumerable<TopicPartition> partitions)
    {
        List<string> names = [.. partitions.Select(static partition => partition.Topic).Distinct(StringComparer.Ordinal)];
        var told = topicIds.Of(names, scope.Settings.LookupPatience < _timeout / 2 ? scope.Settings.LookupPatience : _timeout / 2);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if ((told.GetValueOrDefault(name) ?? topics.IdOf(name)) is { } id)
            {
                ids.Add(name, id);
            }
        }

        return ids;
    }

    /// <summary>The id of a lease's topic when that was deleted and created again; null when it was not, or the cluster does not tell.</summary>
    public string? RecreatedAs(PartitionLease lease, TimeSpan timeout)
    {
        var topic = lease.TopicPartition.Topic;
        return lease.Assigned.TopicId is { } id && topicIds.Of([topic], timeout).TryGetValue(topic, out var now) && now != id ? now : null;
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
    public void LookAtTopics() => LookAtTopics(scope.Settings.LookupPatience);

    /// <summary>Partitions were taken away. One that comes back without the commit that the broker has accepted is of another topic.</summary>
    public void Left(IEnumerable<PartitionLease> leases)
    {
        foreach (var lease in leases)
        {
            if (lease.Commits.Committed is not null)
            {
                topics.Committed(lease.TopicPartition, lease.Assigned.TopicId);
            }
        }
    }

    /// <summary>The topic does not exist, or not any more.</summary>
    public void Gone(string topic) => topics.Gone(topic);

    private TimeSpan TimeLeft(long startedAt) => _timeout - scope.Time.GetElapsedTime(startedAt);

    private PartitionStart AtCommit(TopicPartition partition, Offset offset, string? topicId)
    {
        if (topicId is null || topics.RecreatedAt(partition.Topic) is not { } recreatedAt || scope.Time.GetElapsedTime(recreatedAt) > _doubt
            || topics.WasCommittedUnder(partition, topicId))
        {
            topics.Committed(partition, topicId);
            return new PartitionStart(partition, offset, IsCommitted: true, topicId);
        }

        Log.CommitOfDeletedTopic(scope.Logger, scope.Consumer, scope.Index, partition.Topic, partition.Partition.Value, offset.Value);
        scope.Metrics.PositionReset(partition.Topic, "MadeAnew", skipped: 0, replayed: 0);
        return new PartitionStart(partition, Offset.Beginning, TopicId: topicId);
    }

    private IReadOnlyDictionary<TopicPartition, Offset> Committed(List<TopicPartition> partitions, TimeSpan timeout)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, Offset>();
        }

        if (!scope.Settings.Commits)
        {
            return partitions.ToDictionary(static partition => partition, static _ => Offset.Unset);
        }

        var committed = timeout > TimeSpan.Zero ? offsets.Committed(partitions, timeout) : new Dictionary<TopicPartition, Offset>();
        if (committed.Count < partitions.Count)
        {
            Log.CommittedUnknown(scope.Logger, scope.Consumer, scope.Index, partitions.Count - committed.Count, _timeout);
        }

        return committed;
    }

    private Offset WithoutCommit(TopicPartition partition) => scope.Options.AutoOffsetReset switch
    {
        OffsetReset.Earliest => Offset.Beginning,
        OffsetReset.Latest => topics.WasBornLater(partition) ? Offset.Beginning : Offset.End,
        _ => Offset.Unset,
    };

    /// <summary>Only <c>Latest</c> asks what was born later.</summary>
    private void LookAtTopics(TimeSpan timeout)
    {
        if (_topicsKnown || timeout <= TimeSpan.Zero || scope.Options.AutoOffsetReset != OffsetReset.Latest || scope.Options.Partitions.Count > 0)
        {
            return;
        }

        // A pattern may match any topic: which of them were there is only known when all are seen.
        var isPattern = scope.Options.TopicPattern is not null;
        List<string>? unknown = isPattern ? null : [.. scope.Options.Topics.Where(topic => !topics.IsKnown(topic))];
        if ((isPattern ? !topics.AllSeen : unknown is { Count: > 0 }) && offsets.PartitionCounts(unknown, timeout) is { } counts)
        {
            topics.Seen(counts, all: isPattern);
            Log.TopicsSeen(scope.Logger, scope.Consumer, scope.Index, counts.Count, counts.Values.Sum());
        }

        _topicsKnown = isPattern ? topics.AllSeen : scope.Options.Topics.All(topics.IsKnown);
    }

    private void Report(List<TopicPartitionOffset> without)
    {
        foreach (var start in without.GroupBy(static start => start.Offset).Where(static start => start.Key != Offset.Unset))
        {
            List<TopicPartition> partitions = [.. start.Select(static one => one.TopicPartition)];
            Log.StartsWithoutCommit(
                scope.Logger, scope.Consumer, scope.Index, partitions.Count, new PartitionNames(partitions),
                start.Key == Offset.End ? "end" : "beginning", scope.Options.AutoOffsetReset);
        }
    }
}
