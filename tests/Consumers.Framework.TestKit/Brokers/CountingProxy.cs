using System.Net.Sockets;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>Counts the bytes that come back from a broker. Any thread.</summary>
public sealed class CountingProxy(int port, int target) : TcpProxy(port, target)
{
    private long _received;

    /// <summary>The bytes that the broker has sent.</summary>
    public long Received => Interlocked.Read(ref _received);

    protected override async Task PassAsync(NetworkStream client, NetworkStream broker) => await await Task.WhenAny(
        CopyAsync(client, broker, static _ => { }),
        CopyAsync(broker, client, count => Interlocked.Add(ref _received, count)));

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, Stop) is var read and > 0)
        {
            count(read);
            await to.WriteAsync(buffer.AsMemory(0, read), Stop);
        }
    }
}
