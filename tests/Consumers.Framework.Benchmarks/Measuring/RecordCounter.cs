using System.Runtime.CompilerServices;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>
/// Counts the records of this process: an arm has a process of its own. Each thread counts in a cell of its own, so that counting costs a
/// nanosecond and no thread waits for another. Any thread.
/// </summary>
internal static class RecordCounter
{
    private static readonly Lock Gate = new();
    private static volatile CounterCell[] _cells = [];

    [ThreadStatic]
    private static CounterCell? _own;

    /// <summary>Everything counted so far.</summary>
    public static long Total
    {
        get
        {
            var total = 0L;
            foreach (var cell in _cells)
            {
                total += Volatile.Read(ref cell.Value);
            }

            return total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Count() => Add(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(long records)
    {
        var cell = _own ?? AddCell();
        Volatile.Write(ref cell.Value, cell.Value + records);
    }

    private static CounterCell AddCell()
    {
        lock (Gate)
        {
            _own = new CounterCell();
            _cells = [.. _cells, _own];
            return _own;
        }
    }
}
