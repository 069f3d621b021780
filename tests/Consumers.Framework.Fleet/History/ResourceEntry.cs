using Consumers.Framework.Fleet.Member;

namespace Consumers.Framework.Fleet.History;

/// <summary>What a process held when its consumer was stopped (idle) or running again.</summary>
internal sealed record ResourceEntry(Moment At, bool IsIdle, ResourceReading Reading);
