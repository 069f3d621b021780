using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Listeners;

/// <summary>
/// Tells the user's rebalance listeners what one client of a worker gets and gives up, and waits for them inside their budgets. Poll thread
/// only, but for <see cref="StopRequested"/> and <see cref="GiveUp"/>.
/// </summary>
/// <remarks>
/// A stop has a budget for its drain and its final commit, of which the calls of a revocation are a part. So it does not begin with the
/// rest of another call, and what the client still calls back with while it closes has a moment only.
/// </remarks>
internal sealed class RebalanceListeners(WorkerScope scope, ListenerCalls<IKafkaRebalanceListener> calls)
{
    /// <summary>What a call has at least, also when a commit has used its budget up or the host has no more time.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private static readonly IReadOnlyDictionary<TopicPartition, Offset> NoStarts = new Dictionary<TopicPartition, Offset>();

    private readonly TimeSpan _timeout = scope.Options.Rebalance.ListenerTimeout;
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

        var context = new PartitionsAssignedContext(scope.Consumer, scope.Index, [.. partitions]);
        Call(
            nameof(IKafkaRebalanceListener.OnAssignedAsync), (listener, token) => listener.OnAssignedAsync(context, token),
            _isStopping ? Moment : _timeout, endsWithStop: true);
        var starts = context.Finish();
        if (starts.Count > 0)
        {
            Log.StartsRequested(scope.Logger, scope.Consumer, scope.Index, starts.Count, new StartNames(starts));
        }

        return starts;
    }

    /// <summary>After the drain and before the final commit.</summary>
    public void Revoking(IReadOnlyList<TopicPartition> partitions)
    {
        if (ContextOf(partitions) is { } context)
        {
            Call(nameof(IKafkaRebalanceListener.OnRevokingAsync), (listener, token) => listener.OnRevokingAsync(context, token), _timeout);
        }
    }

    /// <summary>After the final commit.</summary>
    /// <param name="partitions">The partitions that were given up in order.</param>
    /// <param name="committed">What is committed of them, where that is known.</param>
    /// <param name="left">What the commit has left of its budget.</param>
    public void Revoked(IReadOnlyList<TopicPartition> partitions, IReadOnlyList<TopicPartitionOffset> committed, TimeSpan left)
    {
        if (calls.Any && partitions.Count > 0)
        {
            var context = new PartitionsRevokedContext(scope.Consumer, scope.Index, partitions, committed);
            Call(nameof(IKafkaRebalanceListener.OnRevokedAsync), (listener, token) => listener.OnRevokedAsync(context, token), left > Moment ? left : Moment);
        }
    }

    /// <summary>When they are lost already.</summary>
    public void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        if (ContextOf(partitions) is { } context)
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

    private RebalanceContext? ContextOf(IReadOnlyList<TopicPartition> partitions) =>
        calls.Any && partitions.Count > 0 ? new RebalanceContext(scope.Consumer, scope.Index, partitions) : null;
}
