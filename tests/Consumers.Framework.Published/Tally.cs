using System.Collections.Concurrent;
using System.Diagnostics;

namespace Consumers.Framework.Published;

/// <summary>What the handlers have seen. Any thread.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<int, string> _orders = [];
    private int _texts;
    private long _bytes;
    private long _firstAfter;

    public int Orders => _orders.Count;

    public int Texts => Volatile.Read(ref _texts);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>From the start of the process to its first record, in milliseconds.</summary>
    public long FirstAfter => Volatile.Read(ref _firstAfter);

    public void NoteOrder(int id, string customer)
    {
        NoteFirst();
        _orders[id] = customer;
    }

    public void NoteText()
    {
        NoteFirst();
        Interlocked.Increment(ref _texts);
    }

    public void NoteBytes(int bytes)
    {
        NoteFirst();
        Interlocked.Add(ref _bytes, bytes);
    }

    private void NoteFirst()
    {
        if (FirstAfter == 0)
        {
            var started = Process.GetCurrentProcess().StartTime.ToUniversalTime();
            Interlocked.CompareExchange(ref _firstAfter, (long)(TimeProvider.System.GetUtcNow() - started).TotalMilliseconds, 0);
        }
    }
}
