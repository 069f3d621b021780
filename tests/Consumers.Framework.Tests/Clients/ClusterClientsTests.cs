using Consumers.Framework.Clients;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Consumers.Framework.Tests.Clients;

public sealed class ClusterClientsTests
{
    [Fact]
    public void AdminOf_SameCluster_IsTheSameClientUntilTheEnd()
    {
        var settings = Settings.Create();
        var clients = new ClusterClients(NullLoggerFactory.Instance, new FakeTimeProvider());
        Assert.Same(clients.AdminOf(settings), clients.AdminOf(settings));

        clients.Dispose();

        Assert.Throws<ObjectDisposedException>(() => clients.AdminOf(settings));
    }
}
