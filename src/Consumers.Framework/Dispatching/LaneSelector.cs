using Consumers.Framework.Configuration;
using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>Decides which lane of a lease a record goes to. Pure.</summary>
internal static class LaneSelector
{
    /// <summary>Lanes for each handler that may run: two keys that meet in one lane wait for each other, so there are some to spare.</summary>
    private const int KeyLanesPerHandler = 4;

    public static int LaneCount(KafkaConsumerOptions options) => options.Ordering switch
    {
        RecordOrdering.Key => Math.Max(1, options.MaxConcurrency * KeyLanesPerHandler),
        RecordOrdering.None => options.MaxConcurrency,
        _ => 1,
    };

    public static Lane Select(Lane[] lanes, in FetchedRecord record, RecordReader reader, RecordOrdering ordering) => lanes.Length == 1
        ? lanes[0]
        : ordering == RecordOrdering.Key ? lanes[KeyHash(reader.Key(record)) % (uint)lanes.Length] : Shortest(lanes);

    /// <summary>FNV-1a: equal keys meet, in this process and after a restart. No key and an empty key share a lane.</summary>
    private static uint KeyHash(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261u;
        foreach (var value in key)
        {
            hash = (hash ^ value) * 16777619u;
        }

        return hash;
    }

    private static Lane Shortest(Lane[] lanes)
    {
        var best = lanes[0];
        foreach (var lane in lanes)
        {
            if (lane.Queue.Count < best.Queue.Count)
            {
                best = lane;
            }
        }

        return best;
    }
}
