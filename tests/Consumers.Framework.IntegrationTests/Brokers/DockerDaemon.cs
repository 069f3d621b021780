using System.Net.Sockets;

namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>Asks whether a Docker daemon answers, within two seconds: Testcontainers itself takes much longer to find out.</summary>
internal static class DockerDaemon
{
    private const string DefaultHost = "unix:///var/run/docker.sock";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<string?> FindReasonAgainstAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return "the suite looks for a Docker daemon on Linux and macOS only.";
        }

        var host = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } given ? given : DefaultHost;
        try
        {
            using var handler = new SocketsHttpHandler();
            var address = new Uri(host);
            if (address.Scheme == "unix")
            {
                handler.ConnectCallback = async (_, cancellation) => await ConnectAsync(address.AbsolutePath, cancellation);
            }

            using var client = new HttpClient(handler) { Timeout = Limit };
            var ping = address.Scheme == "unix" ? new Uri("http://docker/_ping") : new Uri($"http://{address.Authority}/_ping");
            using var answer = await client.GetAsync(ping);
            return answer.IsSuccessStatusCode ? null : $"the Docker daemon at {host} answered {(int)answer.StatusCode}.";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException or UriFormatException)
        {
            return $"no Docker daemon answers at {host}: {e.GetBaseException().Message}";
        }
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
