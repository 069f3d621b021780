using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>
/// Passes requests and responses on to a broker, and knows which are about a group: it tells when commits were sent, holds the answer to
/// one or to a join, or lets no heartbeat through. Any thread.
/// </summary>
public sealed class GroupProxy(int port, int target) : TcpProxy(port, target)
{
    private const short OffsetCommit = 8;
    private const short JoinGroup = 11;
    private const short Heartbeat = 12;
    private const short ConsumerGroupHeartbeat = 68;

    private readonly ConcurrentQueue<DateTimeOffset> _commits = new();
    private volatile TaskCompletionSource<TimeSpan>? _hold;
    private volatile TaskCompletionSource<TimeSpan>? _delay;
    private volatile int _swallowed;

    /// <summary>When commits were asked for.</summary>
    public IReadOnlyList<DateTimeOffset> Commits => [.. _commits];

    /// <summary>Whether heartbeats are swallowed: the broker then takes a live member for dead.</summary>
    public bool SwallowsHeartbeats { get; set; }

    /// <summary>Whether KIP-848 heartbeats reach the broker, and its answers do not come back.</summary>
    public bool SwallowsHeartbeatAnswers { get; set; }

    /// <summary>How many did not.</summary>
    public int SwallowedHeartbeatAnswers => _swallowed;

    /// <summary>The answer to the next commit is held for a while, with everything behind it, and then the connection is cut.</summary>
    /// <returns>Ends when an answer is being held.</returns>
    public Task HoldNextCommit(TimeSpan time)
    {
        var hold = new TaskCompletionSource<TimeSpan>(time, TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = hold;
        return hold.Task;
    }

    /// <summary>The answer to the next join, or first heartbeat of KIP-848, comes a while later, and everything behind it.</summary>
    /// <returns>Ends when the broker has answered.</returns>
    public Task DelayNextJoin(TimeSpan time)
    {
        var delay = new TaskCompletionSource<TimeSpan>(time, TaskCreationOptions.RunContinuationsAsynchronously);
        _delay = delay;
        return delay.Task;
    }

    protected override async Task PassAsync(NetworkStream client, NetworkStream broker)
    {
        var asked = new ConcurrentDictionary<int, short>();
        await await Task.WhenAny(
            PassAsync(client, broker, frame => AllowRequestAsync(frame, asked)),
            PassAsync(broker, client, frame => AllowResponseAsync(frame, asked)));
    }

    /// <param name="from">Where frames come from.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="allow">Whether one goes on; null cuts the connection.</param>
    private async Task PassAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, Task<bool?>> allow)
    {
        var size = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(size, Stop);
            var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            await from.ReadExactlyAsync(frame, Stop);
            switch (await allow(frame))
            {
                case true:
                    await to.WriteAsync(size, Stop);
                    await to.WriteAsync(frame, Stop);
                    break;
                case null:
                    return;
            }
        }
    }

    // A request begins with its kind, the version of it, and a number that its response repeats.
    private Task<bool?> AllowRequestAsync(ReadOnlyMemory<byte> frame, ConcurrentDictionary<int, short> asked)
    {
        var kind = BinaryPrimitives.ReadInt16BigEndian(frame.Span);
        asked[BinaryPrimitives.ReadInt32BigEndian(frame.Span[4..])] = kind;
        if (kind == OffsetCommit)
        {
            _commits.Enqueue(TimeProvider.System.GetUtcNow());
        }

        return Task.FromResult<bool?>(!(SwallowsHeartbeats && kind is (Heartbeat or ConsumerGroupHeartbeat)));
    }

    private async Task<bool?> AllowResponseAsync(ReadOnlyMemory<byte> frame, ConcurrentDictionary<int, short> asked)
    {
        if (!asked.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.Span), out var kind))
        {
            return true;
        }

        if (kind == ConsumerGroupHeartbeat && SwallowsHeartbeatAnswers)
        {
            Interlocked.Increment(ref _swallowed);
            return false;
        }

        if (kind is JoinGroup or ConsumerGroupHeartbeat && Interlocked.Exchange(ref _delay, null) is { } delay)
        {
            await HoldAsync(delay);
            return true;
        }

        if (kind != OffsetCommit || Interlocked.Exchange(ref _hold, null) is not { } hold)
        {
            return true;
        }

        await HoldAsync(hold);
        return null;
    }

    private async Task HoldAsync(TaskCompletionSource<TimeSpan> hold)
    {
        var time = (TimeSpan)hold.Task.AsyncState!;
        hold.SetResult(time);
        await Task.Delay(time, Stop);
    }
}
