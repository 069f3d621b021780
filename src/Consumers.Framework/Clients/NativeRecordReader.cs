using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Interop;
using Consumers.Framework.Records;

namespace Consumers.Framework.Clients;

/// <summary>
/// Reads records where the client keeps them, and destroys each message once. Counts both ends: what was handed out and is not
/// released is a message that is in use, and while there is one the client may not be destroyed.
/// </summary>
internal sealed unsafe class NativeRecordReader(Librdkafka library) : RecordReader
{
    private static readonly ManagedRecordReader Copies = ManagedRecordReader.Instance;

    private readonly Lock _headers = new();

    // Written by different threads for every record: on cache lines of their own, or each write would take the line from the other thread.
    private PaddedCount _handedOut;
    private PaddedCount _released;

    /// <summary>Messages that were handed out. Written by the poll thread.</summary>
    public long HandedOut => Volatile.Read(ref _handedOut.Value);

    /// <summary>Messages that were destroyed. Any thread.</summary>
    public long Released => Interlocked.Read(ref _released.Value);

    /// <summary>Poll thread: makes a record of a message that is no error.</summary>
    public FetchedRecord HandOut(NativeMessage* message)
    {
        Volatile.Write(ref _handedOut.Value, _handedOut.Value + 1);
        return new FetchedRecord(
            message->Offset, library.MessageLeaderEpoch(message), (nint)message,
            message->Key, (int)message->KeyLength, message->Value, (int)message->ValueLength);
    }

    public override bool HasKey(scoped in FetchedRecord record) => record.Native == 0 ? Copies.HasKey(record) : record.HasNativeKey;

    public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => record.Native == 0 ? Copies.Key(record) : record.NativeKey;

    public override bool HasValue(scoped in FetchedRecord record) => record.Native == 0 ? Copies.HasValue(record) : record.HasNativeValue;

    public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => record.Native == 0 ? Copies.Value(record) : record.NativeValue;

    public override Headers Headers(scoped in FetchedRecord record)
    {
        if (record.Native == 0)
        {
            return Copies.Headers(record);
        }

        // The client parses a message's headers at the first call, which two threads must not make at once.
        nint list;
        lock (_headers)
        {
            if (library.MessageHeaders((NativeMessage*)record.Native, &list) != 0)
            {
                return EmptyHeaders.Shared;
            }
        }

        var headers = new Headers();
        nint name;
        nint value;
        nuint length;
        for (nuint index = 0; library.HeaderGetAll(list, index, &name, &value, &length) == 0; index++)
        {
            headers.Add(Marshal.PtrToStringUTF8(name), value == 0 ? null : new ReadOnlySpan<byte>((void*)value, (int)length).ToArray());
        }

        return headers;
    }

    public override Timestamp Timestamp(scoped in FetchedRecord record)
    {
        if (record.Native == 0)
        {
            return Copies.Timestamp(record);
        }

        int type;
        var milliseconds = library.MessageTimestamp((NativeMessage*)record.Native, &type);
        return new Timestamp(milliseconds, (TimestampType)type);
    }

    public override FetchedRecord Detach(scoped in FetchedRecord record)
    {
        if (record.Native == 0)
        {
            return record;
        }

        var copy = new FetchedRecord(record.Offset, record.LeaderEpoch, record.Size, new Message<byte[]?, byte[]?>
        {
            Key = record.HasNativeKey ? record.NativeKey.ToArray() : null,
            Value = record.HasNativeValue ? record.NativeValue.ToArray() : null,
            Headers = Headers(record),
            Timestamp = Timestamp(record),
        });
        Release(record);
        return copy;
    }

    public override void Release(scoped in FetchedRecord record)
    {
        if (record.Native != 0)
        {
            library.MessageDestroy((NativeMessage*)record.Native);
            Interlocked.Increment(ref _released.Value);
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 2 * CacheLine)]
    private struct PaddedCount
    {
        private const int CacheLine = 128;

        [FieldOffset(CacheLine)]
        public long Value;
    }
}
