using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>Passes connections on to a broker and counts the bytes that come back. Any thread.</summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private long _received;

    public CountingProxy(int port, int target)
    {
        _target = target;
        BootstrapServers = $"127.0.0.1:{port}";
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string BootstrapServers { get; }

    /// <summary>The bytes that the broker has sent.</summary>
    public long Received => Interlocked.Read(ref _received);

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
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), static _ => { }),
                    CopyAsync(server.GetStream(), client.GetStream(), count => Interlocked.Add(ref _received, count)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Either side is gone.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, _stop.Token) is var read and > 0)
            {
                count(read);
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Either side is gone, or the proxy is closed.
        }
    }
}
