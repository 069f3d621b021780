using Confluent.Kafka;

namespace Consumers.Framework.Records;

/// <summary>
/// The record that a lane is handling, behind the contexts that its handler has. The lane writes between two records; whoever holds a
/// context may read on any thread, between <see cref="Read"/> and the end of what that returns.
/// </summary>
/// <remarks>
/// A context may escape to another thread, and the record's memory may be native. T1 (the escaped context) passes a check of the version;
/// T2 (the lane) ends the record and destroys the message; T1 reads freed memory. So T1 counts itself first and checks after that, and T2
/// changes the version first and looks at the count after that; between the two steps of each is a full fence. Either T1 sees the new
/// version and reads nothing, or T2 sees T1 counted and waits until it has left. The thread that runs the handler needs no count: until
/// the handler returns to it nobody ends the record.
/// </remarks>
internal sealed class RecordSlot(IRecordOwner owner, RecordReader reader)
{
    /// <summary>Far below zero, so that the count stays negative whatever readers come and go.</summary>
    private const int Closed = int.MinValue / 2;

    private int _version;
    private int _readers;
    private int _ownThread;
    private QueuedRecord[] _records = [];
    private int _index;
    private Headers? _headers;

    /// <summary>Whoever has the record in hand.</summary>
    public IRecordOwner Owner => owner;

    /// <summary>Changes when the record's outcome is final: contexts of an earlier version are dead.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether this thread runs the handler, so that the record stays as long as it asks.</summary>
    public bool IsOwnThread => _ownThread == Environment.CurrentManagedThreadId;

    /// <summary>Whether a thread runs the lane's handlers. Any thread.</summary>
    public bool HasThread => Volatile.Read(ref _ownThread) != 0;

    public ref readonly QueuedRecord Record => ref _records[_index];

    /// <summary>The record's offset; the last one's between two records.</summary>
    public long Offset { get; private set; }

    public int Attempt { get; set; }

    /// <summary>Why there is no payload to read; null for a record that has one.</summary>
    public UnreadableRecord? Unreadable => Record.Record.Message as UnreadableRecord;

    public bool HasKey => reader.HasKey(Record.Record);

    public ReadOnlySpan<byte> RawKey => reader.Key(Record.Record);

    public bool HasValue => reader.HasValue(Record.Record);

    public ReadOnlySpan<byte> RawValue => reader.Value(Record.Record);

    /// <summary>Read once for a record, since the source may have to copy them.</summary>
    public Headers Headers => _headers ??= reader.Headers(Record.Record);

    public Timestamp Timestamp => reader.Timestamp(Record.Record);

    /// <summary>Lane: this thread is about to run handlers.</summary>
    public void EnterThread() => _ownThread = Environment.CurrentManagedThreadId;

    /// <summary>Lane: what follows may run on any thread.</summary>
    public void LeaveThread() => _ownThread = 0;

    /// <summary>Lane: the record is in hand. It stays where it is in the lane's queue until it has ended.</summary>
    public ConsumeContext Begin(QueuedRecord[] records, int index)
    {
        _records = records;
        _index = index;
        Offset = records[index].Record.Offset;
        Attempt = 1;
        return new ConsumeContext(this, _version);
    }

    /// <summary>Holder of a context: keeps the record's memory until the reading is disposed of. Nothing that may wait is done meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The version is not that of the record in hand.</exception>
    public SlotReading Read(int version)
    {
        if (Version != version)
        {
            throw Ended();
        }

        if (IsOwnThread)
        {
            return default;
        }

        Enter(version);
        return new SlotReading(this);
    }

    /// <summary>A reader has left.</summary>
    public void Leave() => Interlocked.Decrement(ref _readers);

    /// <summary>Lane: ends every context of the record, then gives the payload back: never the other way round.</summary>
    public void End()
    {
        Interlocked.Increment(ref _version);
        if (Volatile.Read(ref _readers) != 0)
        {
            WaitUntilReadersAre(0);
        }

        _headers = null;
        reader.Release(Record.Record);
    }

    /// <summary>
    /// Lane, between two attempts: the record waits, so it gives the client's memory back and lives on a copy. Contexts stay valid.
    /// </summary>
    public void CopyOut()
    {
        // New readers turn back and wait; those that are in leave.
        Interlocked.Add(ref _readers, Closed);
        try
        {
            WaitUntilReadersAre(Closed);
            ref var record = ref _records[_index];
            record = record with { Record = reader.Detach(record.Record) };
        }
        catch (OutOfMemoryException)
        {
            // Then the record stays where it is.
        }
        finally
        {
            Interlocked.Add(ref _readers, -Closed);
        }
    }

    public static ObjectDisposedException Ended() => new(
        nameof(ConsumeContext), "The record's outcome is final; its context can no longer be used. Copy what you need before the handler returns.");

    private void Enter(int version)
    {
        for (var wait = new SpinWait(); Interlocked.Increment(ref _readers) <= 0; wait.SpinOnce())
        {
            Leave();
        }

        if (Version != version)
        {
            Leave();
            throw Ended();
        }
    }

    private void WaitUntilReadersAre(int count)
    {
        for (var wait = new SpinWait(); Volatile.Read(ref _readers) != count; wait.SpinOnce())
        {
        }
    }
}
