namespace Consumers.Framework.Records;

/// <summary>
/// One record as the source delivered it. The payload stays where the source keeps it (<see cref="Message"/>) and is read through the
/// source's <see cref="RecordReader"/> until <see cref="RecordReader.Release"/>, which is called exactly once for each record.
/// </summary>
internal readonly struct FetchedRecord(long offset, int leaderEpoch, int size, object message)
{
    public long Offset { get; } = offset;

    /// <summary>The leader epoch that the record was fetched under; -1 when the broker gave none.</summary>
    public int LeaderEpoch { get; } = leaderEpoch;

    /// <summary>Bytes of key and value, which the buffer's bound counts.</summary>
    public int Size { get; } = size;

    /// <summary>What the source keeps the payload in.</summary>
    public object Message { get; } = message;
}
