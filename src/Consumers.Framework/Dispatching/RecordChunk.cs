using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// A piece of a lane's queue. It is filled once, in order, and never moves: a lane reads the records of its run in it without a lock while
/// the poll thread adds others behind them.
/// </summary>
internal sealed class RecordChunk
{
    public const int Capacity = 128;

    public QueuedRecord[] Records { get; } = new QueuedRecord[Capacity];

    /// <summary>How many are filled. Guarded by the lease.</summary>
    public int Count { get; set; }

    public RecordChunk? Next { get; set; }

    public RecordChunk? Previous { get; set; }
}
