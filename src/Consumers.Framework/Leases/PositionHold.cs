using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Leases;

/// <summary>Why a partition stands still whose position is not there. Immutable.</summary>
/// <param name="State">How the snapshot calls it.</param>
/// <param name="Offset">Where it stands; null when it has no position.</param>
/// <param name="Reason">Why, in one line.</param>
internal sealed record PositionHold(PartitionState State, long? Offset, string Reason);
