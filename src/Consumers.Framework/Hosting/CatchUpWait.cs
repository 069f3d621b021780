using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Hosting;

/// <summary>
/// One wait until a consumer has handled, and committed, what lies below some offsets: the ends of its partitions, asked for once, or one
/// record's. Touched by one caller.
/// </summary>
/// <remarks>
/// It looks at the leases time and again. That costs nothing while nobody waits, where a signal would cost something for every record; and a
/// partition may change its lease, its worker or its member meanwhile.
/// </remarks>
/// <param name="runtime">The consumer.</param>
/// <param name="currentRun">The run of its workers that counts now.</param>
/// <param name="isClosed">Whether the host stops.</param>
/// <param name="record">The record; null for everything.</param>
internal sealed class CatchUpWait(ConsumerRuntime runtime, Func<ConsumerRun> currentRun, Func<bool> isClosed, TopicPartitionOffset? record)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private const int MostDescribed = 10;

    /// <summary>What is still to be handled: the offset that it lies below, for each partition. Null until the ends are known.</summary>
    private Dictionary<TopicPartition, long>? _below = record is null ? null : new() { [record.TopicPartition] = record.Offset.Value == long.MaxValue ? long.MaxValue : record.Offset.Value + 1 };
    private ConsumerRun? _run;
    private string _obstacle = "the brokers have not said yet where its partitions end";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await IsOverAsync(cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(Interval, runtime.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The wait was ended before consumer '{Name}' had caught up: {_obstacle}.", cancellationToken);
        }
    }

    private string Name => runtime.Settings.Name;

    /// <exception cref="InvalidOperationException">It cannot catch up any more, unless somebody does something about it.</exception>
    private async Task<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        var run = currentRun();
        if (run.Completion.IsCompleted)
        {
            return await run.Completion.ConfigureAwait(false) is not { } failure ? true
                : throw new InvalidOperationException($"Consumer '{Name}' has failed before it had caught up: {failure}");
        }

        if (isClosed())
        {
            throw new OperationCanceledException($"The host stops, and consumer '{Name}' has not caught up: {_obstacle}.");
        }

        var isRunning = run is { IsActive: true, IsStopping: false };
        if (_run is not null && (_run != run || !isRunning))
        {
            throw new InvalidOperationException($"Consumer '{Name}' was stopped before it had caught up: {_obstacle}. Start it, and wait again.");
        }

        if (!isRunning)
        {
            _obstacle = "it is not started";
            return false;
        }

        _run = run;
        if (!run.Assigned.IsCompleted)
        {
            _obstacle = "its workers are not all assigned";
            return false;
        }

        _below ??= await FindEndsAsync(run, cancellationToken).ConfigureAwait(false);
        return _below is not null && IsHandled(run, _below);
    }

    private async Task<Dictionary<TopicPartition, long>?> FindEndsAsync(ConsumerRun run, CancellationToken cancellationToken)
    {
        // One that is on its way between two workers has no lease, and its records are awaited all the same.
        List<TopicPartition> partitions =
        [
            .. run.Leases.Where(static lease => lease.State != LeaseState.Closed).Select(static lease => lease.TopicPartition)
                .Union(runtime.Holders.InTransit(runtime.Time)),
        ];
        if (partitions.Count == 0)
        {
            return [];
        }

        try
        {
            var ends = await runtime.Ends.OfAsync(runtime.Settings, partitions).WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Dictionary<TopicPartition, long>(ends);
        }
        catch (Exception exception) when (exception is KafkaException or ObjectDisposedException)
        {
            _obstacle = $"no broker has said where its partitions end: {ExceptionText.MessageOf(exception)}";
            await Task.Delay(AskAgainAfter, runtime.Time, cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    private bool IsHandled(ConsumerRun run, Dictionary<TopicPartition, long> below)
    {
        var leases = run.Leases.Where(static lease => lease.State != LeaseState.Closed).ToLookup(static lease => lease.TopicPartition);
        List<PartitionLease> behind = [];
        List<TopicPartition> unowned = [];
        var isStanding = false;
        foreach (var (partition, end) in below)
        {
            if (leases[partition].FirstOrDefault() is { } lease)
            {
                var isFinal = lease.CatchUp.IsFinalBelow(end);
                if (isFinal && lease.CatchUp.IsCommittedBelow(end))
                {
                    below.Remove(partition);
                    continue;
                }

                behind.Add(lease);
                isStanding |= !isFinal && lease.Assigned.Paused.HasFlag(PauseReason.Command) && lease.IsIdle;
            }
            else if (record is null && !runtime.Holders.IsInTransit(partition, runtime.Time))
            {
                // Another member's, who handles it.
                below.Remove(partition);
            }
            else
            {
                unowned.Add(partition);
            }
        }

        if (below.Count == 0)
        {
            return true;
        }

        _obstacle = Describe(behind, unowned, below);
        if (isStanding && runtime.IsPaused)
        {
            throw new InvalidOperationException($"Consumer '{Name}' is paused and has not caught up: {_obstacle}. Resume it, and wait again.");
        }

        return false;
    }

    private static string Describe(List<PartitionLease> behind, List<TopicPartition> unowned, Dictionary<TopicPartition, long> below)
    {
        var described = behind.Take(MostDescribed).Select(lease => Describe(lease, below[lease.TopicPartition]))
            .Concat(unowned.Select(static partition => $"{partition.Topic}[{partition.Partition.Value}] is not assigned to it"))
            .Take(MostDescribed);
        var rest = behind.Count + unowned.Count - MostDescribed;
        return string.Join(", ", described) + (rest > 0 ? $" and {rest} more partitions" : "");
    }

    private static string Describe(PartitionLease lease, long below)
    {
        var partition = lease.GetSnapshot();
        var at = lease.CatchUp.HandledBelow is { } handled ? $"is handled up to {Math.Min(handled, below)}" : "has no position yet";
        var failing = partition.Failing is { } record ? $", the record at offset {record.Offset} fails ({record.Reason})" : "";
        return $"{partition.TopicPartition.Topic}[{partition.TopicPartition.Partition.Value}] {at} of {below} ({partition.State}, {partition.InFlight} in flight{failing})";
    }
}
