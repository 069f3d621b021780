namespace Consumers.Framework.Fleet.History;

/// <summary>A line of a journal about a record.</summary>
internal readonly record struct HandlerEntry(Moment At, HandlerPhase Phase, int Partition, long Offset, string Key, long Number, int Attempt);
