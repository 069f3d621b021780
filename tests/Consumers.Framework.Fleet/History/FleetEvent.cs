namespace Consumers.Framework.Fleet.History;

/// <summary>Something that the fleet did or saw.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">join, leave, exit, hang, kill, freeze, hiccup, thaw, recycle, brokerfreeze, brokerthaw, step, settled, unsettled, quiet, end.</param>
/// <param name="Member">Whom it concerns; "-" for none.</param>
/// <param name="Details">What else is known.</param>
internal sealed record FleetEvent(Moment At, string Kind, string Member, IReadOnlyList<string> Details);
