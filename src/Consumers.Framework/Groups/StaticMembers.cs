using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Consumers.Framework.Groups;

/// <summary>What an operator can do about the static members (<c>GroupInstanceId</c>) of a group.</summary>
public static class StaticMembers
{
    /// <summary>
    /// Removes a static member that is dead from a group of the classic protocol, so that the others get its partitions now instead of when
    /// its session times out. What it had handled and not committed is repeated by them, as after any crash.
    /// </summary>
    /// <remarks>
    /// Only for a member that is known to be dead: the broker cannot tell a dead member from a live one inside its session. One that is alive
    /// loses its partitions: it cancels what is in hand, and its records are repeated. It comes back at its next heartbeat, or reports Fenced
    /// and comes back after a minute. A worker that stops in order should leave by itself (<c>Shutdown:LeaveGroupOnStop</c>).
    /// <para>
    /// It is done by joining under the member's id and leaving at once, since the client offers no request for it. It takes as long as a
    /// hand-over, and up to a minute.
    /// </para>
    /// </remarks>
    /// <param name="client">How to reach the cluster, security included; the rights are those of a member of the group.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="groupInstanceId">The member's instance id, with its worker's index where it has one.</param>
    /// <param name="cancellationToken">Gives up. When the id has been taken over by then, its session begins anew, and lasts ten seconds.</param>
    /// <returns>False when the group has no such member, or there is no such group.</returns>
    /// <exception cref="NotSupportedException">
    /// The group uses the protocol of KIP-848, where nobody can remove a static member before its session times out; or an assignor that the
    /// client does not have.
    /// </exception>
    /// <exception cref="TimeoutException">The member was still there after a minute.</exception>
    /// <exception cref="KafkaException">The cluster refused.</exception>
    public static async Task<bool> RemoveAsync(
        ClientConfig client, string groupId, string groupInstanceId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(groupId);
        ArgumentException.ThrowIfNullOrEmpty(groupInstanceId);
        using var groups = new GroupDescriptions(client);
        var group = await groups.DescribeAsync(groupId, cancellationToken).ConfigureAwait(false);
        if (group is null || !HasMember(group, groupInstanceId))
        {
            return false;
        }

        if (group.GroupType == ConsumerGroupType.Consumer)
        {
            throw new NotSupportedException(
                $"The group '{groupId}' uses the protocol of KIP-848, where a static member can neither leave nor be removed: its partitions are given " +
                "to others when its session times out (broker: group.consumer.session.timeout.ms).");
        }

        var taken = new TakenMembership(client, group, groupInstanceId);
        await taken.LeaveAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static bool HasMember(ConsumerGroupDescription group, string groupInstanceId) =>
        group.Members.Exists(member => member.GroupInstanceId == groupInstanceId);
}
