using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Rebalancing;

/// <summary>
/// Tells the user's rebalance listeners what one client of a worker gets and gives up, and waits for them inside their budgets. Poll thread
/// only, but for <see cref="StopRequested"/> and <see cref="GiveUp"/>.
/// </summary>
/// <remarks>
/// A stop has a budget for its drain and its final commit, of which the calls of a revocation are a part. So it does not begin with the
/// rest of another call, and what the client still calls back with while it closes has a moment only.
/// </remarks>
internal sealed class RebalanceListeners(ConsumerSettings settings, int worker, ListenerCalls<IKafkaRebalanceListener> calls, ILogger logger)
{
    /// <summary>What a call has at least, also when a commit has used its budget up or the host has no more time.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private static readonly IReadOnlyDictionary<TopicPartition, Offset> NoStarts = new Dictionary<TopicPartition, Offset>();

    private readonly TimeSpan _timeout = settings.Options.Rebalance.ListenerTimeout;
    private volatile bool _isStopping;
    private volatile bool _isShort;

    /// <summary>What <see cref="Revoking"/> may take of the time that a drain has.</summary>
    public TimeSpan ShareOfDrain => calls.Any ? _timeout : TimeSpan.Zero;

    /// <summary>Any thread: an assignment or a loss that is being told is not waited for any more.</summary>
    public void StopRequested()
    {
        _isStopping = true;
        calls.Pulse();
    }

    /// <summary>Any thread: the host has no more time. A call that is waited for is given up now, and later ones have a moment.</summary>
    public void GiveUp()
    {
        _isShort = true;
        calls.Pulse();
    }

    /// <summary>Everything is given up, and the client is about to be closed: what it still calls back with has a moment.</summary>
    public void End() => _isShort = true;

    /// <summary>Before any record of the partitions is read.</summary>
    /// <returns>Where the listeners want partitions to start.</returns>
    public IReadOnlyDictionary<TopicPartition, Offset> Assigned(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (!calls.Any || partitions.Count == 0)
        {
            return NoStarts;
        }

        var context = new PartitionsAssignedContext(settings.Name, worker, [.. partitions]);
        Call(
            nameof(IKafkaRebalanceListener.OnAssignedAsync), (listener, token) => listener.OnAssignedAsync(context, token),
            _isStopping ? Moment : _timeout, endsWithStop: true);
        var starts = context.Finish();
        if (starts.Count > 0)
        {
            Log.StartsRequested(logger, settings.Name, worker, starts.Count, new StartNames(starts));
        }

        return starts;
    }

    /// <summary>After the drain and before the final commit.</summary>
    public void Revoking(IEnumerable<PartitionLease> leases)
    {
        if (ContextOf(leases) is { } context)
        {
            Call(nameof(IKafkaRebalanceListener.OnRevokingAsync), (listener, token) => listener.OnRevokingAsync(context, token), _timeout);
        }
    }

    /// <summary>After the final commit, when the leases are closed: some may have turned out to be lost.</summary>
    /// <param name="leases">The leases.</param>
    /// <param name="left">What the commit has left of its budget.</param>
    public void Closed(IReadOnlyCollection<PartitionLease> leases, TimeSpan left)
    {
        List<PartitionLease> revoked = [.. leases.Where(static lease => lease.ClosedBy == CloseReason.Revoked)];
        if (calls.Any && revoked.Count > 0)
        {
            var context = new PartitionsRevokedContext(
                settings.Name, worker, Partitions(revoked),
                [.. revoked.Where(static lease => lease.Committed is not null).Select(static lease => new TopicPartitionOffset(lease.TopicPartition, lease.Committed!.Value))]);
            Call(nameof(IKafkaRebalanceListener.OnRevokedAsync), (listener, token) => listener.OnRevokedAsync(context, token), left > Moment ? left : Moment);
        }

        Lost(leases.Where(static lease => lease.ClosedBy == CloseReason.Lost));
    }

    /// <summary>When the leases are closed.</summary>
    public void Lost(IEnumerable<PartitionLease> leases)
    {
        if (ContextOf(leases) is { } context)
        {
            Call(nameof(IKafkaRebalanceListener.OnLostAsync), (listener, token) => listener.OnLostAsync(context, token), _timeout, endsWithStop: true);
        }
    }

    private void Call(string method, Func<IKafkaRebalanceListener, CancellationToken, ValueTask> call, TimeSpan budget, bool endsWithStop = false)
    {
        var wasStopping = _isStopping;
        var wasShort = _isShort;
        calls.CallAndWait(
            method, call, wasShort && budget > Moment ? Moment : budget,
            () => (_isShort && !wasShort) || (endsWithStop && _isStopping && !wasStopping));
    }

    private RebalanceContext? ContextOf(IEnumerable<PartitionLease> leases) =>
        calls.Any && Partitions(leases) is { Count: > 0 } partitions ? new RebalanceContext(settings.Name, worker, partitions) : null;

    private static List<TopicPartition> Partitions(IEnumerable<PartitionLease> leases) => [.. leases.Select(static lease => lease.TopicPartition)];
}
