
namespace Consumers.Framework.Records;

/// <summary>A record in a lane, with its number in the lease's <see cref="Offsets.OffsetTracker"/>.</summary>
internal readonly record struct QueuedRecord(FetchedRecord Record, long Sequence);
