using System.Globalization;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>A context and a payload that a handler has let out, and which record they are of.</summary>
internal sealed class EscapedRecord(RawPayload payload, ConsumeContext context)
{
    /// <summary>How many ways <see cref="TryRead"/> knows.</summary>
    public const int Ways = 12;

    private readonly string _topic = context.Topic;
    private readonly int _partition = context.Partition.Value;
    private readonly long _offset = context.Offset.Value;

    public int Partition => _partition;

    /// <summary>Reads one member, from any thread.</summary>
    /// <returns>Null when it is refused as it must be once the record has ended; else whether what came is the record's own.</returns>
    public bool? TryRead(int way)
    {
        try
        {
            return way switch
            {
                // Spans are looked at by their length only: their bytes may be gone as soon as they are returned.
                0 => context.RawValue.Length == StampedRecord.ValueLength(_offset),
                1 => context.RawKey.Length == StampedRecord.KeyLength(_offset),
                2 => payload.Length == StampedRecord.ValueLength(_offset),
                3 => StampedRecord.IsValueOf(payload.ToArray(), _topic, _partition, _offset),
                4 => StampedRecord.IsKeyOf(context.GetKey<byte[]>(), _offset),
                5 => context.Timestamp == StampedRecord.TimestampOf(_offset),
                6 => long.Parse(context.Headers.GetLastBytes("offset"), CultureInfo.InvariantCulture) == _offset,
                7 => context.Offset.Value == _offset,
                8 => context.TopicPartition.Partition.Value == _partition && context.Topic == _topic,
                9 => context.HasValue && context.HasKey,
                10 => context.Attempt is 1 or 2,
                _ => payload.Span.Length == StampedRecord.ValueLength(_offset),
            };
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>The ways that are not refused.</summary>
    public IEnumerable<int> StillReadable() => Enumerable.Range(0, Ways).Where(way => TryRead(way) is not null);
}
