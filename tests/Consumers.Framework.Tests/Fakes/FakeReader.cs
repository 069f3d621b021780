using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Keeps payloads in objects and counts how often each was given back.</summary>
internal sealed class FakeReader : RecordReader
{
    private readonly ConcurrentDictionary<Payload, int> _releases = new(ReferenceEqualityComparer.Instance);
    private int _made;

    /// <summary>The offset of a record that cannot be given back, as no reader's may be; null for none.</summary>
    public long? FailsToReleaseAt { get; set; }

    public int Made => Volatile.Read(ref _made);

    public int Released => _releases.Count;

    public FetchedRecord Make(long offset, int leaderEpoch = -1, byte[]? key = null, byte[]? value = null, Headers? headers = null, int size = 10)
    {
        Interlocked.Increment(ref _made);
        return new FetchedRecord(offset, leaderEpoch, size, new Payload(key, value, headers ?? [], offset));
    }

    public FetchedRecord[] Range(long start, int count, Func<long, byte[]?>? key = null) =>
        [.. Enumerable.Range(0, count).Select(index => Make(start + index, key: key?.Invoke(start + index), value: BitConverter.GetBytes(start + index)))];

    public override bool HasKey(scoped in FetchedRecord record) => Of(record).Key is not null;

    public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => Of(record).Key;

    public override bool HasValue(scoped in FetchedRecord record) => Of(record).Value is not null;

    public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => Of(record).Value;

    public override Headers Headers(scoped in FetchedRecord record) => Of(record).Headers;

    public override Timestamp Timestamp(scoped in FetchedRecord record) => new(1_700_000_000_000 + Of(record).Offset, TimestampType.CreateTime);

    public override void Release(scoped in FetchedRecord record)
    {
        if (record.Offset == FailsToReleaseAt)
        {
            throw new NotSupportedException("planted");
        }

        // An unreadable record holds nothing.
        if (record.Message is not UnreadableRecord)
        {
            _releases.AddOrUpdate((Payload)record.Message!, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Every record that was made was given back exactly once.</summary>
    public void AssertAllReleasedOnce()
    {
        Assert.Equal(Made, Released);
        Assert.All(_releases, static release => Assert.Equal(1, release.Value));
    }

    private Payload Of(scoped in FetchedRecord record)
    {
        var payload = (Payload)record.Message!;
        return _releases.ContainsKey(payload) ? throw new InvalidOperationException($"Offset {payload.Offset} was read after it was given back.") : payload;
    }

    private sealed class Payload(byte[]? key, byte[]? value, Headers headers, long offset)
    {
        public byte[]? Key { get; } = key;

        public byte[]? Value { get; } = value;

        public Headers Headers { get; } = headers;

        public long Offset { get; } = offset;
    }
}
