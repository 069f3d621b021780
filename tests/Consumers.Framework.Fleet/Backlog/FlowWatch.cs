using System.Diagnostics;
using System.Globalization;

namespace Consumers.Framework.Fleet.Backlog;

/// <summary>
/// Notes which records came and for how long none did, partition by partition. A partition's records come from one thread at a time; lines
/// are written by whichever thread has something to say.
/// </summary>
/// <remarks>
/// A line for each beginning (the record does not follow the last one), for each run of records that follow one another, when it is over,
/// and for each time without a record that is longer than <see cref="Shortest"/>. Times are those of <see cref="Moment.Mono"/>.
/// </remarks>
internal sealed class FlowWatch(int partitions, TextWriter output)
{
    /// <summary>Shorter times without a record are not told.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(30);

    private readonly long _shortest = (long)(Shortest.TotalSeconds * Stopwatch.Frequency);
    private readonly Flow[] _flows = [.. Enumerable.Range(0, partitions).Select(static _ => new Flow())];

    public void Seen(int partition, long offset)
    {
        var flow = _flows[partition];
        var now = Stopwatch.GetTimestamp();
        var thread = Environment.CurrentManagedThreadId;
        if (offset != flow.Next)
        {
            Tell(partition, flow);
            (flow.First, flow.FirstAt, flow.Thread) = (offset, now, thread);
            Write($"{MemberLine.Begin} {partition} {offset} {Time(now)}");
        }
        else if (now - flow.LastAt > _shortest || thread != flow.Thread)
        {
            Write($"{MemberLine.Gap} {partition} {Time(flow.LastAt)} {Time(now)} {(thread == flow.Thread ? MemberLine.Kept : MemberLine.Moved)}");
            flow.Thread = thread;
        }

        Volatile.Write(ref flow.LastAt, now);
        Volatile.Write(ref flow.Next, offset + 1);
    }

    /// <summary>Tells when the last record of each partition came, then where the clock stands.</summary>
    public void Look()
    {
        for (var partition = 0; partition < _flows.Length; partition++)
        {
            var flow = _flows[partition];
            if (Volatile.Read(ref flow.Next) is var next and > 0)
            {
                Write($"{MemberLine.Last} {partition} {next} {Time(Volatile.Read(ref flow.LastAt))}");
            }
        }

        Write($"{MemberLine.Looked} {Moment.Now().Mono}");
    }

    /// <summary>No record comes any more.</summary>
    public void End()
    {
        for (var partition = 0; partition < _flows.Length; partition++)
        {
            Tell(partition, _flows[partition]);
        }
    }

    public void Write(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        lock (output)
        {
            output.WriteLine(text);
            output.Flush();
        }
    }

    private void Tell(int partition, Flow flow)
    {
        if (flow.Next > 0)
        {
            Write($"{MemberLine.Run} {partition} {flow.First} {flow.Next} {Time(flow.FirstAt)} {Time(flow.LastAt)}");
        }
    }

    private static long Time(long timestamp) => (long)(Stopwatch.GetElapsedTime(0, timestamp).TotalMicroseconds);

    private sealed class Flow
    {
        public long First;
        public long FirstAt;
        public long Next = -1;
        public long LastAt;
        public int Thread;
    }
}
