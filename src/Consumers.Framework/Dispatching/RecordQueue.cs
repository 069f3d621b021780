using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The records of a lane in offset order, those in hand first. Guarded by the lease; only the records of a run are read by the lane without
/// its lock.
/// </summary>
internal sealed class RecordQueue(RecordChunkPool pool)
{
    private RecordChunk? _first;
    private RecordChunk? _last;

    public int Count { get; private set; }

    /// <summary>Where the first record stands in <see cref="FirstRecords"/>.</summary>
    public int Head { get; private set; }

    /// <summary>What the first records stand in.</summary>
    public QueuedRecord[] FirstRecords => _first!.Records;

    /// <summary>How many of the first records stand side by side.</summary>
    public int FirstCount => _first is { } first ? first.Count - Head : 0;

    /// <summary>A record by its place: one of the first that stand side by side, or the next one.</summary>
    public ref readonly QueuedRecord this[int index] => ref index < FirstCount
        ? ref _first!.Records[Head + index]
        : ref _first!.Next!.Records[Head + index - _first.Count];

    public void Enqueue(in FetchedRecord record, long sequence)
    {
        if (_last is not { Count: < RecordChunk.Capacity } last)
        {
            last = Append();
        }

        last.Records[last.Count++] = new QueuedRecord(record, sequence);
        Count++;
    }

    /// <summary>Takes records off the head; they stand side by side.</summary>
    public void Remove(int count)
    {
        Head += count;
        Count -= count;
        if (_first is { } first && Head == first.Count && (Count == 0 || first.Next is not null))
        {
            _first = first.Next;
            _last = _first is null ? null : _last;
            _first?.Previous = null;
            Head = 0;
            pool.Return(first);
        }
    }

    /// <summary>Takes the last record off.</summary>
    public FetchedRecord RemoveLast()
    {
        var last = _last!;
        var record = last.Records[--last.Count].Record;
        last.Records[last.Count] = default;
        Count--;
        if (last.Count == 0 || Count == 0)
        {
            _last = last.Previous;
            _last?.Next = null;
            _first = _last is null ? null : _first;
            Head = _last is null ? 0 : Head;
            pool.Return(last);
        }

        return record;
    }

    private RecordChunk Append()
    {
        var chunk = pool.Rent();
        chunk.Previous = _last;
        _last?.Next = chunk;
        _first ??= chunk;
        _last = chunk;
        return chunk;
    }
}
