namespace Consumers.Framework.Records;

/// <summary>The time in which a holder of a context reads the record: the lane does not end it before this is disposed of.</summary>
internal readonly ref struct SlotReading(RecordSlot counted) : IDisposable
{
    /// <summary>Null when the thread needs no count.</summary>
    private readonly RecordSlot? _counted = counted;

    public void Dispose() => _counted?.Leave();
}
