using Consumers.Framework.Fleet.History;

namespace Consumers.Framework.Fleet.Checking;

/// <summary>A fault of a member: from when on, and until when what it does may be repeated by others.</summary>
internal sealed record Fault(string Kind, string Member, Moment From, Moment Until)
{
    /// <summary>The kind of a member that did not come back.</summary>
    public const string Kill = "kill";

    /// <summary>How long a member that goes on after a standstill may take to learn what happened: some heartbeats, on a busy machine.</summary>
    private static readonly TimeSpan Learning = TimeSpan.FromSeconds(2);

    public override string ToString() => $"{Kind} of {Member} at {RunHistory.Text(From)}";

    /// <summary>The faults of a run in order; a frozen broker is one of every member.</summary>
    public static IReadOnlyList<Fault> Of(RunHistory history)
    {
        var learning = (history.Settings.Heartbeat * 3) + Learning;
        var faults = new List<Fault>();
        foreach (var begin in history.Events)
        {
            switch (begin.Kind)
            {
                case "kill":
                    faults.Add(new Fault(Kill, begin.Member, begin.At, Forever));
                    break;
                case "freeze":
                    faults.Add(new Fault("freeze", begin.Member, begin.At, EndOf(history, "thaw", begin).Add(learning)));
                    break;
                case "brokerfreeze":
                    // The group notices a session later, and all of its members join anew.
                    var until = EndOf(history, "brokerthaw", begin).Add(learning + history.Settings.Session);
                    faults.AddRange(history.Members.Select(member => new Fault("broker freeze", member.Name, begin.At, until)));
                    break;
            }
        }

        return faults;
    }

    private static Moment Forever => new(long.MaxValue, long.MaxValue);

    private static Moment EndOf(RunHistory history, string kind, FleetEvent begin) =>
        history.EventsOf(kind).FirstOrDefault(end => end.Member == begin.Member && end.At.Mono > begin.At.Mono)?.At ?? Forever;
}
