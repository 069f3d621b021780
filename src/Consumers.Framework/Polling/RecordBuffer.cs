using Consumers.Framework.Records;

namespace Consumers.Framework.Polling;

/// <summary>The records of one partition in one poll. Poll thread only.</summary>
internal sealed class RecordBuffer
{
    private FetchedRecord[] _records = new FetchedRecord[64];
    private int _count;

    public ReadOnlySpan<FetchedRecord> Records => _records.AsSpan(0, _count);

    public void Add(in FetchedRecord record)
    {
        if (_count == _records.Length)
        {
            Array.Resize(ref _records, _count * 2);
        }

        _records[_count++] = record;
    }

    /// <summary>Forgets the records. A payload that the garbage collector owns may not live on in here.</summary>
    public void Clear()
    {
        Array.Clear(_records, 0, _count);
        _count = 0;
    }
}
