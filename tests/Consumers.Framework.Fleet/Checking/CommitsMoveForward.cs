using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I3: accepted commits of a partition never fall, carry a leader epoch that never falls, and are asked for only by the partition's owner: not
/// before it was assigned, not after it was revoked, not after it was lost. Refused requests count too: the broker does not refuse them all.
/// Of partitions that were assigned without being named nobody knows.
/// </summary>
internal sealed class CommitsMoveForward : IInvariant
{
    /// <summary>How late a request may reach the broker that was on its way when the partition went.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(250);

    /// <summary>What a frozen broker finds on its sockets was sent before.</summary>
    private static readonly TimeSpan AfterThaw = TimeSpan.FromSeconds(2);

    public string Id => "I3";

    public string Promise => "commits only move forward, and only the owner commits";

    public IEnumerable<string> Check(RunHistory history) => CheckOrder(history).Concat(CheckOwners(history));

    private static IEnumerable<string> CheckOrder(RunHistory history)
    {
        foreach (var partition in history.Commits.GroupBy(static commit => commit.Partition))
        {
            var before = new AcceptedCommit(0, partition.Key, 0, -1);
            foreach (var commit in partition)
            {
                if (commit.Offset < before.Offset)
                {
                    yield return FormattableString.Invariant($"[{partition.Key}] was committed back from {before.Offset} to {commit.Offset} at {Text(commit.WallMilliseconds)}");
                }

                if (MustCarryEpoch(history, before, commit) && (commit.LeaderEpoch < 0 || commit.LeaderEpoch < before.LeaderEpoch))
                {
                    yield return FormattableString.Invariant(
                        $"[{partition.Key}] was committed up to {commit.Offset} with leader epoch {commit.LeaderEpoch} after {before.LeaderEpoch} at {Text(commit.WallMilliseconds)}");
                }

                before = commit;
            }
        }
    }

    // AtMostOnce commits ahead of the record whose epoch it would be; a new owner that has read nothing yet says again where it begins.
    private static bool MustCarryEpoch(RunHistory history, AcceptedCommit before, AcceptedCommit commit) =>
        history.Settings.Cell.Strategy != CommitStrategy.AtMostOnce && commit.Offset > before.Offset;

    private static IEnumerable<string> CheckOwners(RunHistory history)
    {
        var ownerships = history.Members.SelectMany(Ownership.Of).ToLookup(static ownership => (ownership.Member, ownership.Worker, ownership.Partition));
        var unnamed = history.Members
            .SelectMany(static member => member.Rebalances, static (member, rebalance) => (Member: member.Name, Rebalance: rebalance))
            .Where(static entry => entry.Rebalance is { Kind: RebalanceKind.Assigned, NamesAll: false })
            .ToLookup(static entry => (entry.Member, entry.Rebalance.Worker), static entry => entry.Rebalance.Began.Wall);
        var frozen = history.EventsOf("brokerfreeze").Zip(history.EventsOf("brokerthaw"), static (freeze, thaw) => (From: freeze.At.Wall, Until: thaw.At.Add(AfterThaw).Wall)).ToList();
        foreach (var request in history.Requests)
        {
            var arrived = (long)(request.ArrivedMilliseconds * 1_000);
            var own = ownerships[(request.Member, request.Worker, request.Partition)].Where(ownership => ownership.From.Wall <= arrived).ToList();
            if (own.Exists(ownership => ownership.Until is not { } until || arrived <= until.Add(OnItsWay).Wall)
                || frozen.Exists(window => window.From <= arrived && arrived <= window.Until))
            {
                continue;
            }

            var last = own.LastOrDefault();
            if (unnamed[(request.Member, request.Worker)].Any(began => began <= arrived && (last is null || last.From.Wall <= began)))
            {
                continue;
            }

            if (last is null || !IsStraggler(history, request, last))
            {
                yield return FormattableString.Invariant(
                    $"{request.Member}/{request.Worker} asked to commit [{request.Partition}] up to {request.Offset} at {Text(arrived / 1_000)} (answer {request.Error}), and {(last is null ? "never owned it" : $"{(last.IsLost ? "lost it" : "gave it up")} at {RunHistory.Text(last.Until!.Value)}")}");
            }
        }
    }

    // Sent before the loss was known, it may wait in the client behind a join, which ends when the group is complete. The broker refuses it
    // then, and what it covers was done before.
    private static bool IsStraggler(RunHistory history, RequestedCommit request, Ownership last) => last.IsLost && request.Error != 0
        && !history.Executions.Any(execution => execution.Member == request.Member && execution.Partition == request.Partition
            && execution.Offset < request.Offset && last.From.Mono <= execution.Start.Mono && (execution.End is not { } end || end.Mono > last.Until!.Value.Mono))
        && history.Requests.Count(other => other.Member == request.Member && other.Worker == request.Worker && other.Partition == request.Partition
            && other.ArrivedMilliseconds * 1_000 > last.Until!.Value.Add(OnItsWay).Wall && other.ArrivedMilliseconds <= request.ArrivedMilliseconds) == 1;

    private static string Text(long milliseconds) => RunHistory.Text(new Moment(0, milliseconds * 1_000));
}
