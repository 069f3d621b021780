namespace Consumers.Framework;

/// <summary>
/// A message type for handlers that read the value's bytes where the client keeps them: nothing is copied and nothing is allocated.
/// Valid until the record's outcome is final; used later, every member throws <see cref="ObjectDisposedException"/>. Copy what you need
/// to keep.
/// </summary>
/// <remarks>
/// A span is good until the handler returns, or fails: then the bytes go, or move. So a handler does not return while another thread
/// still reads one.
/// </remarks>
public readonly struct RawPayload : IEquatable<RawPayload>
{
    private readonly ConsumeContext _record;

    internal RawPayload(ConsumeContext record) => _record = record;

    /// <summary>The bytes of the value; empty for an empty value. A record without a value is a tombstone and never comes as a payload.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public ReadOnlySpan<byte> Span => _record.RawValue;

    /// <summary>How many bytes the value has.</summary>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public int Length => _record.RawValue.Length;

    /// <summary>Copies the bytes, so that they can be kept.</summary>
    /// <returns>The copy; it belongs to the caller.</returns>
    /// <exception cref="ObjectDisposedException">The record's outcome is final.</exception>
    public byte[] ToArray() => _record.CopyValue();

    /// <inheritdoc/>
    public bool Equals(RawPayload other) => _record == other._record;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RawPayload other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _record.GetHashCode();

    /// <summary>Whether both are the same record's.</summary>
    public static bool operator ==(RawPayload left, RawPayload right) => left.Equals(right);

    /// <summary>Whether they are different records'.</summary>
    public static bool operator !=(RawPayload left, RawPayload right) => !left.Equals(right);
}
