using Consumers.Framework.Handling;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Listeners;

/// <summary>Where one of the user's listeners comes from: made once when it is a singleton, else in a scope of its own for each call.</summary>
internal sealed class ListenerSource<TListener>(IServiceProvider services, Type type, bool isSingleton)
    where TListener : class
{
    private readonly TListener? _singleton = isSingleton ? (TListener)services.GetRequiredService(type) : null;
    private readonly IServiceScopeFactory _scopes = services.GetRequiredService<IServiceScopeFactory>();

    public string Name => type.Name;

    public async ValueTask CallAsync(Func<TListener, CancellationToken, ValueTask> call, CancellationToken cancellationToken)
    {
        if (_singleton is not null)
        {
            await call(_singleton, cancellationToken).AsTask().ConfigureAwait(false);
            return;
        }

        var scope = _scopes.CreateAsyncScope();
        try
        {
            await call((TListener)scope.ServiceProvider.GetRequiredService(type), cancellationToken).AsTask().ConfigureAwait(false);
        }
        catch (Exception)
        {
            await ScopeEnd.AfterFailureAsync(scope).ConfigureAwait(false);
            throw;
        }

        await scope.DisposeAsync().ConfigureAwait(false);
    }
}
