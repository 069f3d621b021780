using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.Groups;

/// <summary>Asks the cluster what a group is made of. One caller at a time.</summary>
internal sealed class GroupDescriptions(ClientConfig client) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin = new AdminClientBuilder(new AdminClientConfig(client.ToDictionary(static entry => entry.Key, static entry => entry.Value))).Build();

    /// <returns>Null when there is no such group.</returns>
    public async Task<ConsumerGroupDescription?> DescribeAsync(string groupId, CancellationToken cancellationToken)
    {
        var described = await _admin
            .DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = RequestTimeout })
            .WaitAsync(cancellationToken).ConfigureAwait(false);

        // A group that nobody knows is described as one that is dead.
        return described.ConsumerGroupDescriptions.Single() is { State: not ConsumerGroupState.Dead } group ? group : null;
    }

    public void Dispose() => _admin.Dispose();
}
