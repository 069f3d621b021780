using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Hosting;

/// <summary>
/// The application's host, which stops the consumers before it disposes of its services. A host whose start failed is disposed without a
/// stop, and the container disposes of what was made last first: of what handlers have had made since the start, before anything that was
/// made at the start could wait for those handlers. Any thread.
/// </summary>
internal sealed class DrainingHost(IHost host, ConsumersStop consumers) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    /// <summary>Puts itself before the host that is registered; there is none in a container that no host builder has made.</summary>
    public static void Decorate(IServiceCollection services)
    {
        for (var index = services.Count - 1; index >= 0; index--)
        {
            if (services[index] is { IsKeyedService: false } service && service.ServiceType == typeof(IHost))
            {
                if (service.ImplementationFactory is { } create)
                {
                    services[index] = ServiceDescriptor.Singleton<IHost>(
                        provider => new DrainingHost((IHost)create(provider), provider.GetRequiredService<ConsumersStop>()));
                }

                return;
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    /// <summary>Called twice, because the container disposes of the host as well.</summary>
    public void Dispose()
    {
        consumers.DrainAsync().GetAwaiter().GetResult();
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await consumers.DrainAsync().ConfigureAwait(false);
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }
}
