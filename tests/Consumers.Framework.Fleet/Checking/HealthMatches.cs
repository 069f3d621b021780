using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>
/// I9: nobody is Unhealthy whose consumer runs, a broker that does not answer shows in every member, and everybody is Healthy in the end.
/// </summary>
internal sealed class HealthMatches : IInvariant
{
    private const string Healthy = nameof(Healthy);
    private const string Unhealthy = nameof(Unhealthy);

    /// <summary>How long after the broker's return a member may take to be seen as degraded or healthy again.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    public string Id => "I9";

    public string Promise => "health follows the faults";

    public IEnumerable<string> Check(RunHistory history) => history.Members.SelectMany(member => Check(history, member));

    private static IEnumerable<string> Check(RunHistory history, MemberHistory member)
    {
        var events = history.Events.Where(fleetEvent => fleetEvent.Member == member.Name).ToList();
        var ended = events.Find(static fleetEvent => fleetEvent.Kind is "leave" or "kill")?.At.Mono ?? long.MaxValue;
        foreach (var entry in member.Health.Where(entry => entry.Status == Unhealthy && entry.At.Mono < ended && !IsRecycling(events, member, entry.At)))
        {
            yield return $"{member.Name} was Unhealthy at {RunHistory.Text(entry.At)}: {entry.Reason}";
        }

        foreach (var (freeze, thaw) in history.EventsOf("brokerfreeze").Zip(history.EventsOf("brokerthaw")))
        {
            var joined = events.Find(static fleetEvent => fleetEvent.Kind == "join")?.At.Mono;
            if (joined < freeze.At.Mono && ended > thaw.At.Mono
                && !member.Health.Any(entry => entry.Status != Healthy && freeze.At.Mono < entry.At.Mono && entry.At.Mono < thaw.At.Add(Slack).Mono))
            {
                yield return $"{member.Name} was Healthy all the time that the broker stood still, from {RunHistory.Text(freeze.At)}";
            }
        }

        if (history.EventsOf("end").FirstOrDefault() is { } end && ended > end.At.Mono)
        {
            var last = member.Health.LastOrDefault(entry => entry.At.Mono < ended);
            if (last?.Status != Healthy)
            {
                yield return $"{member.Name} was {last?.Status ?? "without health"} in the end: {last?.Reason}";
            }
        }
    }

    private static bool IsRecycling(List<FleetEvent> events, MemberHistory member, Moment at) => events.Exists(recycle => recycle.Kind == "recycle"
        && recycle.At.Mono < at.Mono && !member.Resources.Any(entry => !entry.IsIdle && recycle.At.Mono < entry.At.Mono && entry.At.Mono < at.Mono));
}
