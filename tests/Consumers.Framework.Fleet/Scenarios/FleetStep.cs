using System.Globalization;

namespace Consumers.Framework.Fleet.Scenarios;

/// <summary>One step of a script.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Member">To whom: the number of a member, counted from 1 in the order of joining; 0 for the broker.</param>
/// <param name="Pause">How long nothing more is done after it.</param>
/// <param name="Settle">Whether the pause begins when every partition has an owner again.</param>
internal sealed record FleetStep(FleetAction Action, int Member, TimeSpan Pause, bool Settle = true)
{
    /// <summary>Whether it may repeat records, or take partitions away without asking.</summary>
    public bool IsFault => Action is FleetAction.Kill or FleetAction.Freeze or FleetAction.FreezeBroker;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Action} m{Member:00}, {(Settle ? "settle and " : "")}pause {Pause.TotalSeconds:0.0} s");
}
