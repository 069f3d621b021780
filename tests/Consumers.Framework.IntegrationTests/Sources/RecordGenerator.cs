using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>Records of all shapes; the same ones for the same seed. One thread.</summary>
internal sealed class RecordGenerator(int seed, int largest)
{
    private static readonly string[] Names = ["a", "b", "trace", "traceparent", "", "\u00fc\u00f1\u00ef", "\u043a\u043b\u044e\u0447", "\u9375", "\ud83d\udd11", new string('n', 300)];
    private static readonly DateTime Oldest = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly Random _random = new(seed);

    public Message<byte[]?, byte[]?> Next() => new()
    {
        Key = Bytes(nulls: 25, empties: 10, mostly: 40),
        Value = Bytes(nulls: 5, empties: 5, mostly: 400),
        Headers = Headers(),
        Timestamp = new Timestamp(Oldest.AddMilliseconds(_random.NextInt64(0, 700_000_000_000)), TimestampType.CreateTime),
    };

    public int Partition(int count) => _random.Next(count);

    /// <summary>How many records come in a row, of the few kinds of rows that make a difference.</summary>
    public int Run() => _random.Next(10) switch { 0 => 1, < 8 => _random.Next(2, 60), _ => _random.Next(60, 400) };

    private byte[]? Bytes(int nulls, int empties, int mostly)
    {
        var kind = _random.Next(100);
        if (kind < nulls)
        {
            return null;
        }

        var length = kind < nulls + empties ? 0 : kind < 98 ? _random.Next(1, mostly) : _random.Next(1, largest);
        var bytes = new byte[length];

        // Half of each can be compressed, so that a codec has something to do.
        _random.NextBytes(bytes.AsSpan(0, (length + 1) / 2));
        return bytes;
    }

    private Headers? Headers()
    {
        if (_random.Next(3) > 0)
        {
            return null;
        }

        var headers = new Headers();
        var count = _random.Next(1, 6);
        for (var index = 0; index < count; index++)
        {
            // Few names for many headers: some come twice in a record.
            headers.Add(Names[_random.Next(Names.Length)], Bytes(nulls: 20, empties: 20, mostly: 30));
        }

        return headers;
    }
}
