namespace Consumers.Framework.Fleet.History;

/// <summary>A change of a member's readiness.</summary>
internal sealed record HealthEntry(Moment At, string Status, string Reason);
