using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Hosting;

/// <summary>Tells singleton handlers from others. It looks at the registrations as they stand at start, so their order does not matter.</summary>
internal sealed class HandlerLifetimes(IServiceCollection services)
{
    public bool IsSingleton(Type handlerType) =>
        services.LastOrDefault(service => service.ServiceType == handlerType && !service.IsKeyedService)?.Lifetime == ServiceLifetime.Singleton;
}
