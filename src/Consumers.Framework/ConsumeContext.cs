using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework;

/// <summary>
/// The record that is being handled. Valid until its outcome is final; used later, every member throws
/// <see cref="ObjectDisposedException"/> and never shows another record's data. Copy what you need to keep.
/// </summary>
public readonly struct ConsumeContext : IEquatable<ConsumeContext>
{
    private readonly RecordSlot? _slot;
    private readonly int _version;

    internal ConsumeContext(RecordSlot slot, int version)
    {
        _slot = slot;
        _version = version;
    }

    /// <summary>The name of the consumer.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public string Consumer => Checked(Slot.Owner.Consumer);

    /// <summary>The record's topic.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public string Topic => Checked(Slot.Owner.TopicPartition.Topic);

    /// <summary>The record's topic and partition.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public TopicPartition TopicPartition => Checked(Slot.Owner.TopicPartition);

    /// <summary>The record's partition.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public Partition Partition => Checked(Slot.Owner.TopicPartition.Partition);

    /// <summary>The record's offset.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public Offset Offset => Checked(new Offset(Slot.Offset));

    /// <summary>The attempt, from 1.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public int Attempt => Checked(Slot.Attempt);

    /// <summary>The record's timestamp, and whether the producer or the broker set it.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public Timestamp Timestamp
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.Timestamp;
        }
    }

    /// <summary>Whether the record has a key; an empty key is one.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public bool HasKey
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.HasKey;
        }
    }

    /// <summary>The raw key where the client keeps it; empty when there is none. The span is good until the handler returns, or fails.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public ReadOnlySpan<byte> RawKey
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.RawKey;
        }
    }

    /// <summary>Whether the record has a value; an empty value is one, a tombstone has none.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public bool HasValue
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.HasValue;
        }
    }

    /// <summary>The raw value where the client keeps it; empty when there is none. The span is good until the handler returns, or fails.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public ReadOnlySpan<byte> RawValue
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.RawValue;
        }
    }

    /// <summary>The record's headers; empty when there are none.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public Headers Headers
    {
        get
        {
            var slot = Slot;
            using var reading = slot.Read(_version);
            return slot.Headers;
        }
    }

    private RecordSlot Slot => _slot ?? throw new InvalidOperationException("A default ConsumeContext belongs to no record.");

    /// <summary>Decodes the key: <see cref="string"/>, <see cref="byte"/>[], <see cref="int"/>, <see cref="long"/>, <see cref="Guid"/> (text), or a type with a registered key deserializer.</summary>
    /// <typeparam name="TKey">What to decode to.</typeparam>
    /// <returns>The key; the type's default when the record has none.</returns>
    /// <exception cref="RecordDecodingException">The key is not one; it makes the record poison when the handler lets it out.</exception>
    /// <exception cref="NotSupportedException">Nothing is registered that decodes to this type.</exception>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public TKey? GetKey<TKey>()
    {
        var slot = Slot;
        byte[] key;
        using (slot.Read(_version))
        {
            if (!slot.HasKey)
            {
                return default;
            }

            if (slot.IsOwnThread)
            {
                return slot.Owner.DecodeKey<TKey>(slot.RawKey, this);
            }

            // A deserializer is the user's code and may wait; the lane may not have to wait for it.
            key = slot.RawKey.ToArray();
        }

        return slot.Owner.DecodeKey<TKey>(key, this);
    }

    /// <summary>
    /// Strategy Manual: commits this record and every earlier one of its partition that has returned, and waits for the broker's answer.
    /// Never past an earlier record that has not returned: held back by one (records of a partition run side by side with
    /// <c>Ordering: Key</c> or <c>None</c>), it returns at once, and a later commit covers this record. A commit that a rebalance
    /// defers is tried again while the partition is owned.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the commit itself may still happen.</param>
    /// <exception cref="InvalidOperationException">The strategy is not Manual.</exception>
    /// <exception cref="CommitFailedException">The partition was taken away before the broker acknowledged.</exception>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        var slot = Slot;
        long sequence;
        using (slot.Read(_version))
        {
            sequence = slot.Record.Sequence;
        }

        return slot.Owner.CommitAsync(sequence, Checked(slot.Offset), cancellationToken);
    }

    /// <summary>Whether failures of its consumer may quote the record.</summary>
    internal bool IncludesRecordData => Slot.Owner.IncludesRecordData;

    /// <summary>A copy of the value's bytes.</summary>
    internal byte[] CopyValue()
    {
        var slot = Slot;
        using var reading = slot.Read(_version);
        return slot.RawValue.ToArray();
    }

    /// <summary>
    /// For what the slot keeps itself. The record may end while it is read: T1 reads, T2 ends the record and begins the next, T1 has read
    /// the next one's data. Checking after the read catches it.
    /// </summary>
    private T Checked<T>(T value)
    {
        // Not before what was read.
        Volatile.ReadBarrier();
        return _slot!.Version == _version ? value : throw RecordSlot.Ended();
    }

    /// <inheritdoc/>
    public bool Equals(ConsumeContext other) => ReferenceEquals(_slot, other._slot) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ConsumeContext other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _version);

    /// <summary>Whether both are the same record's.</summary>
    public static bool operator ==(ConsumeContext left, ConsumeContext right) => left.Equals(right);

    /// <summary>Whether they are different records'.</summary>
    public static bool operator !=(ConsumeContext left, ConsumeContext right) => !left.Equals(right);
}
