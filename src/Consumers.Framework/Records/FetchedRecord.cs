namespace Consumers.Framework.Records;

/// <summary>
/// One record as the source delivered it. The payload stays where the source keeps it and is read through the source's
/// <see cref="RecordReader"/> until <see cref="RecordReader.Release"/>, which is called exactly once for each record.
/// </summary>
internal readonly unsafe struct FetchedRecord
{
    private readonly nint _key;
    private readonly nint _value;
    private readonly int _keyLength;

    /// <summary>A record whose payload is in managed memory.</summary>
    public FetchedRecord(long offset, int leaderEpoch, int size, object message)
    {
        Offset = offset;
        LeaderEpoch = leaderEpoch;
        Size = size;
        Message = message;
    }

    /// <summary>
    /// A record whose payload is in the client's memory. Where key and value are stands here, so that to read them follows no pointer
    /// that may be dead.
    /// </summary>
    /// <param name="offset">The offset.</param>
    /// <param name="leaderEpoch">The leader epoch, or -1.</param>
    /// <param name="native">The client's message.</param>
    /// <param name="key">The key's address; 0 when there is none, which is not an empty one.</param>
    /// <param name="keyLength">The key's length.</param>
    /// <param name="value">The value's address; 0 for a tombstone.</param>
    /// <param name="valueLength">The value's length.</param>
    public FetchedRecord(long offset, int leaderEpoch, nint native, nint key, int keyLength, nint value, int valueLength)
    {
        Offset = offset;
        LeaderEpoch = leaderEpoch;
        Native = native;
        _key = key;
        _keyLength = keyLength;
        _value = value;
        Size = keyLength + valueLength;
    }

    public long Offset { get; }

    /// <summary>The leader epoch that the record was fetched under; -1 when the broker gave none.</summary>
    public int LeaderEpoch { get; }

    /// <summary>Bytes of key and value, which the buffer's bound counts.</summary>
    public int Size { get; }

    /// <summary>What holds the payload in managed memory; null when the client's memory does.</summary>
    public object? Message { get; }

    /// <summary>The client's message; 0 when the payload is in managed memory.</summary>
    public nint Native { get; }

    public bool HasNativeKey => _key != 0;

    public ReadOnlySpan<byte> NativeKey => new((void*)_key, _keyLength);

    public bool HasNativeValue => _value != 0;

    public ReadOnlySpan<byte> NativeValue => new((void*)_value, Size - _keyLength);
}
