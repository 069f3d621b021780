using Consumers.Framework.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Handling;

/// <summary>Resolves the handler in a scope of its own for every attempt, so that a retry does not meet a failed attempt's DbContext.</summary>
internal sealed class ScopedHandlerStep<TMessage>(
    Type handler, IServiceScopeFactory scopes, Func<IServiceProvider, IKafkaHandler<TMessage>> resolve, ConsumerSettings settings) : HandlerStep<TMessage>
{
    public override async ValueTask HandleAsync(TMessage message, ConsumeContext context, CancellationToken cancellationToken)
    {
        var scope = Open();
        try
        {
            await Make(scope.ServiceProvider).HandleAsync(message, context, cancellationToken).AsTask().ConfigureAwait(false);
        }
        catch (Exception)
        {
            await ScopeEnd.AfterFailureAsync(scope).ConfigureAwait(false);
            throw;
        }

        await scope.DisposeAsync().ConfigureAwait(false);
    }

    public override async ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken)
    {
        var scope = Open();
        try
        {
            await Tombstones.HandleAsync(Make(scope.ServiceProvider), context, settings, cancellationToken).AsTask().ConfigureAwait(false);
        }
        catch (Exception)
        {
            await ScopeEnd.AfterFailureAsync(scope).ConfigureAwait(false);
            throw;
        }

        await scope.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A container that is disposed of opens none.</summary>
    private AsyncServiceScope Open()
    {
        try
        {
            return scopes.CreateAsyncScope();
        }
        catch (Exception exception)
        {
            throw new HandlerNotMadeException(handler, exception);
        }
    }

    private IKafkaHandler<TMessage> Make(IServiceProvider scoped)
    {
        try
        {
            return resolve(scoped);
        }
        catch (Exception exception)
        {
            throw new HandlerNotMadeException(handler, exception);
        }
    }
}
