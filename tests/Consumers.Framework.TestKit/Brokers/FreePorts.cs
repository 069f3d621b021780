using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Consumers.Framework.TestKit.Brokers;

/// <summary>Finds ports for servers that cannot choose their own, each once: a server binds its port some seconds later. Any thread.</summary>
public static class FreePorts
{
    // Below the range from which the system gives ports to outgoing connections: a connection must not take the port of a broker that is down.
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int[] Find(int count)
    {
        var found = new HashSet<int>();
        while (found.Count < count)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                found.Add(port);
            }
        }

        return [.. found];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
