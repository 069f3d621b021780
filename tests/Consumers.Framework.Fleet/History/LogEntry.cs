namespace Consumers.Framework.Fleet.History;

/// <summary>A line of a member's log.</summary>
internal sealed record LogEntry(Moment At, string Level, string Event, string Text);
