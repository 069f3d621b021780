using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>One assignment of one partition to one worker, as its member knew it.</summary>
/// <param name="Member">The member.</param>
/// <param name="Worker">Its worker.</param>
/// <param name="Partition">The partition.</param>
/// <param name="From">When the assignment began.</param>
/// <param name="Until">Until when it may be committed: the end of its revocation, or the beginning of its loss; null for ever.</param>
/// <param name="ClosedAt">When the worker had let go of it; null for never.</param>
/// <param name="IsLost">Whether it was lost.</param>
internal sealed record Ownership(string Member, int Worker, int Partition, Moment From, Moment? Until, Moment? ClosedAt, bool IsLost)
{
    public static IEnumerable<Ownership> Of(MemberHistory member)
    {
        var open = new Dictionary<(int, int), Moment>();
        foreach (var rebalance in member.Rebalances)
        {
            foreach (var partition in rebalance.Partitions)
            {
                var key = (rebalance.Worker, partition);
                if (rebalance.Kind == RebalanceKind.Assigned)
                {
                    open[key] = rebalance.Began;
                }
                else if (open.Remove(key, out var from))
                {
                    // A lost partition is nobody's to commit from the first moment; a revoked one is committed until the end.
                    var isLost = rebalance.Kind == RebalanceKind.Lost;
                    yield return new Ownership(member.Name, rebalance.Worker, partition, from, isLost ? rebalance.Began : rebalance.At, rebalance.At, isLost);
                }
            }
        }

        foreach (var ((worker, partition), from) in open)
        {
            yield return new Ownership(member.Name, worker, partition, from, null, null, IsLost: false);
        }
    }
}
