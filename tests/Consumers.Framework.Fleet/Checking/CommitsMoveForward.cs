using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I3: accepted commits of a partition never fall, carry a leader epoch that never falls, and are asked for only by the partition's owner: not
/// before it was assigned, not after it was revoked, not after it was lost. Refused requests count too: the broker does not refuse them all.
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
        // AtMostOnce commits ahead of the records whose epochs it would know.
        var carriesEpoch = history.Settings.Cell.Strategy != CommitStrategy.AtMostOnce;
        foreach (var partition in history.Commits.GroupBy(static commit => commit.Partition))
        {
            var before = new AcceptedCommit(0, partition.Key, 0, -1);
            foreach (var commit in partition)
            {
                if (commit.Offset < before.Offset)
                {
                    yield return FormattableString.Invariant($"[{partition.Key}] was committed back from {before.Offset} to {commit.Offset} at {Text(commit.WallMilliseconds)}");
                }

                if (carriesEpoch && (commit.LeaderEpoch < 0 || commit.LeaderEpoch < before.LeaderEpoch))
                {
                    yield return FormattableString.Invariant(
                        $"[{partition.Key}] was committed up to {commit.Offset} with leader epoch {commit.LeaderEpoch} after {before.LeaderEpoch} at {Text(commit.WallMilliseconds)}");
                }

                before = commit;
            }
        }
    }

    private static IEnumerable<string> CheckOwners(RunHistory history)
    {
        var ownerships = history.Members.SelectMany(Ownership.Of).ToLookup(static ownership => (ownership.Member, ownership.Worker, ownership.Partition));
        var frozen = history.EventsOf("brokerfreeze").Zip(history.EventsOf("brokerthaw"), static (freeze, thaw) => (From: freeze.At.Wall, Until: thaw.At.Add(AfterThaw).Wall)).ToList();
        foreach (var request in history.Requests)
        {
            var arrived = (long)(request.ArrivedMilliseconds * 1_000);
            var owned = ownerships[(request.Member, request.Worker, request.Partition)]
                .Any(ownership => ownership.From.Wall <= arrived && (ownership.Until is not { } until || arrived <= until.Add(OnItsWay).Wall));
            if (!owned && !frozen.Exists(window => window.From <= arrived && arrived <= window.Until))
            {
                var last = ownerships[(request.Member, request.Worker, request.Partition)].LastOrDefault(ownership => ownership.From.Wall <= arrived);
                yield return FormattableString.Invariant(
                    $"{request.Member}/{request.Worker} asked to commit [{request.Partition}] up to {request.Offset} at {Text(arrived / 1_000)} (answer {request.Error}), and {(last is null ? "never owned it" : $"{(last.IsLost ? "lost it" : "gave it up")} at {RunHistory.Text(last.Until!.Value)}")}");
            }
        }
    }

    private static string Text(long milliseconds) => RunHistory.Text(new Moment(0, milliseconds * 1_000));
}
