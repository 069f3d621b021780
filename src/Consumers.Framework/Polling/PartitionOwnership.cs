using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>What the client calls back: opens and closes the leases of the partitions that it is given and loses. Poll thread only, mostly inside a poll.</summary>
internal sealed class PartitionOwnership(
    WorkerScope scope,
    RebalanceCoordinator rebalances,
    Membership membership,
    StartPositions starts,
    PositionResets resets,
    FlowControl flow,
    WorkerProgress progress,
    ClientErrors errors) : ISourceEvents
{
    IReadOnlyList<TopicPartitionOffset> ISourceEvents.Assigned(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins(partitions);
        membership.Assigned(partitions);
        return Open(partitions);
    }

    void ISourceEvents.Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins(partitions);
        var before = scope.Status.State;
        scope.Status.Set(before == WorkerState.Stopping ? before : WorkerState.Rebalancing);
        starts.Left(rebalances.Revoked(partitions));
        Changed();
    }

    void ISourceEvents.Lost(IReadOnlyCollection<TopicPartition> partitions)
    {
        flow.CallbackBegins(partitions);
        membership.Lost();
        starts.Left(rebalances.Lost(partitions));
        Changed();
    }

    void ISourceEvents.ConnectionFailed(Error error) => errors.ConnectionFailed(error);

    void ISourceEvents.SubscriptionFailed(Error error, TopicPartition? topicPartition) => errors.SubscriptionFailed(error, topicPartition);

    void ISourceEvents.Stopped(TopicPartitionOffset position, Error error) => resets.Stopped(position, error);

    void ISourceEvents.Unreadable(TopicPartitionOffset position, Error error) => errors.Unreadable(position, error);

    /// <summary>After a poll: partitions that the client has kept across two memberships start again at their commits.</summary>
    public void ReopenRetained()
    {
        if (membership.RetainedAfterRejoin() is { Count: > 0 } retained)
        {
            resets.StartAnew(Open(retained));
        }
    }

    /// <param name="partitions">The partitions.</param>
    /// <param name="choose">Says where they start, given where the user's listeners want some of them to.</param>
    /// <returns>Where they start.</returns>
    public IReadOnlyList<TopicPartitionOffset> Open(
        IReadOnlyCollection<TopicPartition> partitions, Func<IReadOnlyDictionary<TopicPartition, Offset>, IReadOnlyList<PartitionStart>> choose)
    {
        var chosen = rebalances.Assigned(partitions, choose);
        Changed();
        progress.Assigned(partitions.Count);
        return chosen;
    }

    private IReadOnlyList<TopicPartitionOffset> Open(IReadOnlyCollection<TopicPartition> partitions) =>
        Open(partitions, requested => starts.Of(partitions, requested));

    private void Changed()
    {
        flow.AssignmentChanged();
        if (scope.Status.State != WorkerState.Stopping)
        {
            scope.Status.Owns(rebalances.Owned);
        }
    }
}
