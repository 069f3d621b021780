using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Groups;

/// <summary>Asks the cluster what a group is made of. One caller at a time.</summary>
internal sealed class GroupDescriptions(ClientConfig client) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin = ConfluentLibrary.Create(new AdminClientBuilder(client).SetLogHandler(static (_, _) => { }));

    /// <returns>Null when there is no such group.</returns>
    public async Task<ConsumerGroupDescription?> DescribeAsync(string groupId, CancellationToken cancellationToken)
    {
        var described = await _admin
            .DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = RequestTimeout })
            .WaitAsync(cancellationToken).ConfigureAwait(false);

        // A group that nobody knows is described as one that is dead.
        return described.ConsumerGroupDescriptions.Single() is { State: not ConsumerGroupState.Dead } group ? group : null;
    }

    /// <summary>The topics of a group: what its members own, or, during a rebalance, when nobody is said to own anything, what it has committed.</summary>
    public async Task<IReadOnlyList<string>> TopicsAsync(ConsumerGroupDescription group, CancellationToken cancellationToken)
    {
        List<string> owned = [.. group.Members.SelectMany(static member => member.Assignment.TopicPartitions).Select(static partition => partition.Topic).Distinct()];
        if (owned.Count > 0)
        {
            return owned;
        }

        var committed = await _admin
            .ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group.GroupId, null)], new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout })
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. committed.Single().Partitions.Select(static partition => partition.Topic).Distinct()];
    }

    public void Dispose() => _admin.Dispose();
}
