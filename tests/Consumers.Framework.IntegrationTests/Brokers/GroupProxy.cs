using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>
/// Passes requests and responses on to a broker, and knows which are about a group: it tells when commits were sent, holds the answer to
/// one, or lets no heartbeat through. Any thread.
/// </summary>
internal sealed class GroupProxy : IAsyncDisposable
{
    private const short OffsetCommit = 8;
    private const short Heartbeat = 12;
    private const short ConsumerGroupHeartbeat = 68;

    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentQueue<DateTimeOffset> _commits = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource<TimeSpan>? _hold;

    public GroupProxy(int port, int target)
    {
        _target = target;
        BootstrapServers = $"127.0.0.1:{port}";
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string BootstrapServers { get; }

    /// <summary>When commits were asked for.</summary>
    public IReadOnlyList<DateTimeOffset> Commits => [.. _commits];

    /// <summary>Whether heartbeats are swallowed: the broker then takes a live member for dead.</summary>
    public bool SwallowsHeartbeats { get; set; }

    /// <summary>The answer to the next commit is held for a while, with everything behind it, and then the connection is cut.</summary>
    /// <returns>Ends when an answer is being held.</returns>
    public Task HoldNextCommit(TimeSpan time)
    {
        var hold = new TaskCompletionSource<TimeSpan>(time, TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = hold;
        return hold.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                var asked = new ConcurrentDictionary<int, short>();
                await Task.WhenAny(
                    PassAsync(client.GetStream(), server.GetStream(), frame => AllowRequestAsync(frame, asked)),
                    PassAsync(server.GetStream(), client.GetStream(), frame => AllowResponseAsync(frame, asked)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Either side is gone.
            }
        }
    }

    /// <param name="from">Where frames come from.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="allow">Whether one goes on; null cuts the connection.</param>
    private async Task PassAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, Task<bool?>> allow)
    {
        var size = new byte[4];
        try
        {
            while (true)
            {
                await from.ReadExactlyAsync(size, _stop.Token);
                var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await from.ReadExactlyAsync(frame, _stop.Token);
                switch (await allow(frame))
                {
                    case true:
                        await to.WriteAsync(size, _stop.Token);
                        await to.WriteAsync(frame, _stop.Token);
                        break;
                    case null:
                        return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either side is gone, or the proxy is closed.
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
        if (!asked.TryRemove(BinaryPrimitives.ReadInt32BigEndian(frame.Span), out var kind) || kind != OffsetCommit
            || Interlocked.Exchange(ref _hold, null) is not { } hold)
        {
            return true;
        }

        var time = (TimeSpan)hold.Task.AsyncState!;
        hold.SetResult(time);
        await Task.Delay(time, _stop.Token);
        return null;
    }
}
