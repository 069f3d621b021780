using System.Buffers.Binary;
using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>
/// Keeps payloads as native memory is kept: what is given back is overwritten, and reading it then is found out. Reads take their time,
/// so that they meet the end of their record.
/// </summary>
internal sealed class PinningReader : RecordReader
{
    private readonly ConcurrentQueue<string> _faults = new();
    private int _pinned;

    /// <summary>Records that are made and not given back.</summary>
    public int Pinned => Volatile.Read(ref _pinned);

    /// <summary>What must never happen.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>A record whose key, value, header and timestamp all say its offset.</summary>
    public FetchedRecord Make(long offset)
    {
        Interlocked.Increment(ref _pinned);
        return new FetchedRecord(offset, -1, 2 * sizeof(long), new Block(offset, isPinned: true));
    }

    public override bool HasKey(scoped in FetchedRecord record) => Read(record) is not null;

    public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => Read(record);

    public override bool HasValue(scoped in FetchedRecord record) => Read(record) is not null;

    public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => Read(record);

    public override Headers Headers(scoped in FetchedRecord record) => [new Header("offset", [.. Read(record)])];

    public override Timestamp Timestamp(scoped in FetchedRecord record) => new(BinaryPrimitives.ReadInt64BigEndian(Read(record)), TimestampType.CreateTime);

    public override FetchedRecord Detach(scoped in FetchedRecord record)
    {
        var block = (Block)record.Message!;
        if (!block.IsPinned)
        {
            return record;
        }

        var copy = new FetchedRecord(record.Offset, record.LeaderEpoch, record.Size, new Block(record.Offset, isPinned: false));
        GiveBack(block);
        return copy;
    }

    public override void Release(scoped in FetchedRecord record) => GiveBack((Block)record.Message!);

    private void GiveBack(Block block)
    {
        if (Interlocked.Exchange(ref block.Released, 1) != 0)
        {
            _faults.Enqueue("given back twice");
        }

        Array.Fill(block.Bytes, (byte)0xDD);
        if (block.IsPinned)
        {
            Interlocked.Decrement(ref _pinned);
        }
    }

    private byte[] Read(scoped in FetchedRecord record)
    {
        if (record.Message is not Block block)
        {
            _faults.Enqueue("read without a record");
            return [];
        }

        for (var look = 0; look < 20; look++)
        {
            if (Volatile.Read(ref block.Released) != 0)
            {
                _faults.Enqueue("read after it was given back");
                break;
            }

            Thread.SpinWait(5);
        }

        return block.Bytes;
    }

    private sealed class Block
    {
        public int Released;

        public Block(long offset, bool isPinned)
        {
            IsPinned = isPinned;
            BinaryPrimitives.WriteInt64BigEndian(Bytes, offset);
        }

        public bool IsPinned { get; }

        public byte[] Bytes { get; } = new byte[sizeof(long)];
    }
}
