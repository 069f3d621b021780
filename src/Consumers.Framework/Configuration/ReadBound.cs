namespace Consumers.Framework.Configuration;

/// <summary>Where explicit partitions begin (<c>From</c>) or end (<c>Until</c>, which is exclusive). Immutable.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Offset">The offset of <see cref="ReadBoundKind.Offset"/>.</param>
/// <param name="Time">The time of <see cref="ReadBoundKind.Time"/>.</param>
internal readonly record struct ReadBound(ReadBoundKind Kind, long Offset = 0, DateTimeOffset Time = default)
{
    /// <summary>Reads an option that validation has found good; null when it is not given.</summary>
    public static ReadBound? Of(string? text) => text is null ? null
        : ReadBoundText.Read(text.Trim()) ?? throw new FormatException($"'{text}' is neither a place in a partition, nor an offset, nor a time with its zone.");
}
