using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>Stands before a broker: each connection that comes is passed on to it, as the kind of proxy sees fit. Any thread.</summary>
public abstract class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    /// <param name="port">Where it listens.</param>
    /// <param name="target">Where the broker listens.</param>
    protected TcpProxy(int port, int target)
    {
        _target = target;
        BootstrapServers = $"127.0.0.1:{port}";
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string BootstrapServers { get; }

    /// <summary>Cancelled when the proxy is closed.</summary>
    protected CancellationToken Stop => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Passes on what comes from either side; the connection is cut when it returns, or when a side is gone.</summary>
    protected abstract Task PassAsync(NetworkStream client, NetworkStream broker);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(Stop)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy is closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var broker = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await broker.ConnectAsync(IPAddress.Loopback, _target, Stop);
                await PassAsync(client.GetStream(), broker.GetStream());
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // Either side is gone, or the proxy is closed.
            }
        }
    }
}
