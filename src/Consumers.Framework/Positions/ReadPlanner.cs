using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Positions;

/// <summary>
/// Finds out, before anything is read, whether a worker's explicit partitions are there, whether its group may be committed to, and where each
/// partition begins and ends. Poll thread only. The brokers are asked in short waits between polls, so that a stop is answered and errors of the
/// connection are seen while none of them answers.
/// </summary>
internal sealed class ReadPlanner(WorkerScope scope, ExplicitPartitions partitions, IOffsetLookup offsets, StartPositions starts)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _patience = scope.Settings.LookupPatience;
    private readonly ReadBound? _from = scope.Settings.From;
    private readonly ReadBound? _until = scope.Settings.Until;
    private IReadOnlyDictionary<string, string> _topicIds = new Dictionary<string, string>();
    private bool _isChecked;
    private bool _isDeferred;
    private long _deferredAt;

    /// <summary>The partitions that there is something to read of, and where they start; null to be asked again after the next poll.</summary>
    /// <exception cref="ReadRefusedException">A partition is not there, or the group has members.</exception>
    public IReadOnlyList<TopicPartitionOffset>? TryPlan()
    {
        if (_isDeferred && scope.Time.GetElapsedTime(_deferredAt) < RetryAfter)
        {
            return null;
        }

        _isDeferred = false;
        if (!TryCheck() || !TryPlanAll())
        {
            return null;
        }

        return
        [
            .. partitions.All
                .Select(partition => (Partition: partition, Range: partitions.RangeOf(partition)!.Value))
                .Where(static planned => !planned.Range.IsEmpty)
                .Select(static planned => new TopicPartitionOffset(planned.Partition, planned.Range.Start)),
        ];
    }

    /// <summary>The id that a partition's topic had before it was planned; null when the cluster has not told it.</summary>
    public string? TopicIdOf(TopicPartition partition) => _topicIds.GetValueOrDefault(partition.Topic);

    /// <summary>Why a commit was refused: only a member may commit into a group that has members.</summary>
    public ReadRefusedException Refused(Error error) =>
        GroupIsInUse(offsets.MemberCount(scope.Options.GroupId!, _patience), $"it has stopped, because a commit was refused ({error.Code})");

    /// <summary>Once for each client: the group may have got members since the last one.</summary>
    private bool TryCheck()
    {
        if (_isChecked)
        {
            return true;
        }

        _topicIds = starts.TopicIdsOf(partitions.All);
        List<string> topics = [.. partitions.All.Select(static partition => partition.Topic).Distinct(StringComparer.Ordinal)];
        if (offsets.PartitionCounts(topics, _patience) is not { } counts || !topics.TrueForAll(counts.ContainsKey))
        {
            return Defer("how many partitions the topics have");
        }

        RefuseMissing(counts);

        // A broker that does not tell refuses the commit itself.
        if (scope.Settings.Commits && offsets.MemberCount(scope.Options.GroupId!, _patience) is > 0 and var members)
        {
            throw GroupIsInUse(members, "nothing is read");
        }

        return _isChecked = true;
    }

    private void RefuseMissing(IReadOnlyDictionary<string, int> counts)
    {
        var problems = new Problems();
        foreach (var topic in partitions.All.GroupBy(static partition => partition.Topic, StringComparer.Ordinal))
        {
            var count = counts[topic.Key];
            var path = $"{scope.Settings.SectionPath}:Partitions:{topic.Key}";
            var missing = string.Join(", ", topic.Select(static partition => partition.Partition.Value).Where(partition => partition >= count));
            if (count == 0)
            {
                problems.Add(path, scope.Options.Partitions[topic.Key], "there is no such topic", "create it, or correct its name");
            }
            else if (missing.Length > 0)
            {
                problems.Add(
                    path, scope.Options.Partitions[topic.Key], $"the topic has no partition {missing}: it has {OptionText.Format(count)}, numbered from 0",
                    count == 1 ? "list only 0" : $"list numbers from 0 to {OptionText.Format(count - 1)}");
            }
        }

        if (problems.Failures.Count > 0)
        {
            throw new ReadRefusedException(string.Join(" ", problems.Failures));
        }
    }

    private bool TryPlanAll()
    {
        List<TopicPartition> open = [.. partitions.All.Where(partition => partitions.RangeOf(partition) is null)];
        if (open.Count == 0)
        {
            return true;
        }

        if (StartsOf(open) is not { } begins)
        {
            return Defer("where the partitions begin");
        }

        var startedAt = scope.Time.GetTimestamp();
        foreach (var begin in begins)
        {
            if (scope.Time.GetElapsedTime(startedAt) > _patience)
            {
                // Thousands of partitions: what is known is kept, and the poll comes first.
                return false;
            }

            if (RangeOf(begin) is not { } range)
            {
                return Defer("where the partitions end");
            }

            partitions.Plan(begin.TopicPartition, range);
            if (range.IsEmpty)
            {
                Log.NothingToRead(scope.Logger, scope.Consumer, scope.Index, begin.Topic, begin.Partition.Value, range.Start.Value, range.End);
            }
        }

        Log.ReadPlanned(
            scope.Logger, scope.Consumer, scope.Index, partitions.All.Count, new PartitionNames(partitions.All),
            scope.Options.From ?? (scope.Settings.Commits ? nameof(ReadBoundKind.Committed) : scope.Options.AutoOffsetReset.ToString()),
            scope.Options.Until ?? "it is stopped");
        return true;
    }

    private IReadOnlyList<TopicPartitionOffset>? StartsOf(List<TopicPartition> open) => _from switch
    {
        { Kind: ReadBoundKind.Earliest } => open.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.Beginning)),
        { Kind: ReadBoundKind.Latest } => open.ConvertAll(static partition => new TopicPartitionOffset(partition, Offset.End)),
        { Kind: ReadBoundKind.Offset, Offset: var offset } => open.ConvertAll(partition => new TopicPartitionOffset(partition, offset)),
        { Kind: ReadBoundKind.Time, Time: var first } => StartsAt(open, first),
        _ when scope.Settings.Commits => StartsAtCommits(open),
        _ => starts.WithoutCommit(open),
    };

    private List<TopicPartitionOffset>? StartsAtCommits(List<TopicPartition> open)
    {
        var committed = offsets.Committed(open, _patience);
        if (committed.Count < open.Count)
        {
            return null;
        }

        var without = open.FindAll(partition => committed[partition] == Offset.Unset);
        return
        [
            .. open.Except(without).Select(partition => new TopicPartitionOffset(partition, committed[partition])),
            .. starts.WithoutCommit(without),
        ];
    }

    private List<TopicPartitionOffset>? StartsAt(List<TopicPartition> open, DateTimeOffset first)
    {
        var begins = new List<TopicPartitionOffset>(open.Count);
        foreach (var partition in open)
        {
            if (offsets.AtTime(partition, new Timestamp(first), _patience) is not { } offset)
            {
                return null;
            }

            begins.Add(new TopicPartitionOffset(partition, offset));
        }

        return begins;
    }

    /// <returns>Null when a broker was asked and has not answered.</returns>
    private ReadRange? RangeOf(TopicPartitionOffset begin)
    {
        if (_until is not { } until)
        {
            return new ReadRange(begin.Offset, ReadRange.NoEnd);
        }

        if (offsets.Range(begin.TopicPartition, _patience) is not { } there || EndOf(begin.TopicPartition, until, there) is not { } end)
        {
            return null;
        }

        // The end of now, and not of when the client comes to it: what is written in between is between From and Until.
        var start = begin.Offset == Offset.End ? there.High
            : begin.Offset == Offset.Beginning && there.Low.Value >= end ? there.Low
            : begin.Offset;
        return new ReadRange(start, end);
    }

    /// <summary>Under read_committed the brokers name the last stable offset for the end: an open transaction is behind it, and is not waited for.</summary>
    private long? EndOf(TopicPartition partition, ReadBound until, WatermarkOffsets there) => until.Kind switch
    {
        ReadBoundKind.Offset => until.Offset,
        ReadBoundKind.Time => offsets.AtTime(partition, new Timestamp(until.Time), _patience) is not { } offset ? null
            : offset.IsSpecial ? there.High.Value : offset.Value,
        _ => there.High.Value,
    };

    private bool Defer(string what)
    {
        _isDeferred = true;
        _deferredAt = scope.Time.GetTimestamp();
        if (scope.Status.ReportSubscriptionError($"no broker has said {what}"))
        {
            Log.ReadDeferred(scope.Logger, scope.Consumer, scope.Index, what, RetryAfter);
        }

        return false;
    }

    private ReadRefusedException GroupIsInUse(int? members, string consequence)
    {
        var problems = new Problems();
        var who = members switch
        {
            null or 0 => "members",
            1 => "a member",
            { } count => $"{OptionText.Format(count)} members",
        };
        problems.Add(
            $"{scope.Settings.SectionPath}:GroupId", scope.Options.GroupId,
            $"the group has {who}, and what a reader of explicit partitions commits would move the offsets of others: {consequence}",
            "give this consumer a GroupId of its own, or remove GroupId so that it commits nothing");
        return new ReadRefusedException(problems.Failures[0]);
    }
}
