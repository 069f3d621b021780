using System.Numerics;

namespace Consumers.Framework.Offsets;

/// <summary>
/// Which records of one lease are received and which of them are final, and so which offset may be committed. Pure: no I/O, no clock,
/// no client. Not thread safe: the lease's lock guards it.
/// </summary>
/// <remarks>
/// Outline: received records stand in a ring in offset order; the head is the first that is not final. The watermark is the head's
/// offset, or, when everything received is final, the client's position. Offsets that were never received (compaction, transaction
/// markers, aborted records) take no place in the ring and so never hold the watermark back.
/// </remarks>
internal sealed class OffsetTracker
{
    private Entry[] _ring;
    private long _head;
    private long _tail;
    private long _position;
    private Entry _lastFinal = new(long.MinValue, NoLeaderEpoch);

    public OffsetTracker(int initialCapacity = 16) =>
        _ring = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, initialCapacity))];

    public const int NoLeaderEpoch = -1;

    /// <summary>Whether anything was received or a position is known; before that there is no watermark.</summary>
    public bool HasWatermark { get; private set; }

    /// <summary>The next offset to commit: every record below it that was received is final.</summary>
    public long Watermark => _head == _tail ? _position : EntryAt(_head).Offset;

    /// <summary>
    /// The leader epoch to commit the watermark with: that of the last record below it; behind a gap that of the next record, or
    /// <see cref="NoLeaderEpoch"/> when that has not come.
    /// </summary>
    /// <remarks>
    /// The next owner's client asks the broker where the committed epoch ends, and takes an offset above that end for a truncated log.
    /// A gap may be a marker that a new leader wrote: the epoch of the record before it ends before the watermark.
    /// </remarks>
    public int LeaderEpoch => Watermark == _lastFinal.Offset + 1 ? _lastFinal.LeaderEpoch : _head == _tail ? NoLeaderEpoch : EntryAt(_head).LeaderEpoch;

    /// <summary>How many records are below the watermark: all of them are final.</summary>
    public long BelowWatermark => _head;

    /// <summary>The offset after the last one that was received or passed.</summary>
    public long Position => _position;

    /// <summary>Records received and not final, or final behind one that is not.</summary>
    public int Outstanding => (int)(_tail - _head);

    /// <summary>Adds the next record.</summary>
    /// <returns>Its sequence number in this lease, for <see cref="Complete"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not above every earlier one.</exception>
    public long Receive(long offset, int leaderEpoch)
    {
        if (HasWatermark && offset < _position)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Offsets of a lease only grow; the position is {_position} already.");
        }

        if (_tail - _head == _ring.Length)
        {
            Grow();
        }

        EntryAt(_tail) = new Entry(offset, leaderEpoch);
        HasWatermark = true;
        _position = offset + 1;
        return _tail++;
    }

    /// <summary>Marks a record as final. Saying so twice is harmless.</summary>
    public void Complete(long sequence)
    {
        if (sequence < _head)
        {
            return;
        }

        EntryAt(sequence).Final = true;
        while (_head < _tail && EntryAt(_head).Final)
        {
            _lastFinal = EntryAt(_head);
            _head++;
        }
    }

    /// <summary>Marks a record and every earlier one as final. Saying so twice is harmless.</summary>
    public void CompleteThrough(long sequence)
    {
        if (sequence >= _head)
        {
            _head = sequence;
            Complete(sequence);
        }
    }

    /// <summary>
    /// Says that the client's position is there now and that no record below it is still to come. A lower position changes nothing.
    /// </summary>
    public void Pass(long position)
    {
        if (!HasWatermark || position > _position)
        {
            HasWatermark = true;
            _position = position;
        }
    }

    private ref Entry EntryAt(long sequence) => ref _ring[(int)(sequence & (_ring.Length - 1))];

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 4];
        for (var sequence = _head; sequence < _tail; sequence++)
        {
            larger[(int)(sequence & (larger.Length - 1))] = EntryAt(sequence);
        }

        _ring = larger;
    }

    private struct Entry(long offset, int leaderEpoch)
    {
        public readonly long Offset = offset;
        public readonly int LeaderEpoch = leaderEpoch;
        public bool Final;
    }
}
