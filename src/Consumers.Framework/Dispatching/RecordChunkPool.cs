namespace Consumers.Framework.Dispatching;

/// <summary>
/// The chunks that no lane of a worker needs now. So a queue that fills and empties allocates nothing, and a partition without records
/// holds no memory for them. Any thread; its lock is the innermost one.
/// </summary>
internal sealed class RecordChunkPool
{
    /// <summary>Some 8 MB for a worker; what is above that goes to the garbage collector.</summary>
    private const int MaxKept = 1_024;

    private readonly Lock _gate = new();
    private RecordChunk? _free;
    private int _kept;

    public RecordChunk Rent()
    {
        lock (_gate)
        {
            if (_free is { } chunk)
            {
                _free = chunk.Next;
                _kept--;
                chunk.Next = null;
                return chunk;
            }
        }

        return new RecordChunk();
    }

    public void Return(RecordChunk chunk)
    {
        // A payload that the garbage collector owns may not live on in here.
        Array.Clear(chunk.Records, 0, chunk.Count);
        chunk.Count = 0;
        chunk.Previous = null;
        chunk.Next = null;
        lock (_gate)
        {
            if (_kept < MaxKept)
            {
                chunk.Next = _free;
                _free = chunk;
                _kept++;
            }
        }
    }
}
