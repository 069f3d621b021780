using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Handling;

/// <summary>Resolves the handler in a scope of its own for every attempt, so that a retry does not meet a failed attempt's DbContext.</summary>
/// <remarks>
/// What a handler returns is awaited as a task, here and wherever an async method of ours awaits the user's: a value task may have a source
/// of the user's, and when that throws as it is asked to call back, the runtime throws it on the thread pool, where it ends the process.
/// </remarks>
internal sealed class ScopedHandlerInvoker<TMessage>(
    Type handler, IServiceScopeFactory scopes, Func<IServiceProvider, IKafkaHandler<TMessage>> resolve, IRecordDecoder<TMessage> decoder, ConsumerSettings settings)
    : HandlerInvoker
{
    public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
    {
        if (!slot.HasValue)
        {
            return HandleTombstoneAsync(context, cancellationToken);
        }

        var decoding = decoder.DecodeAsync(slot.RawValue, new DecodingContext(MessageComponentType.Value, context), cancellationToken);
        return HandleAsync(decoding, context, cancellationToken);
    }

    private async ValueTask HandleAsync(ValueTask<TMessage> decoding, ConsumeContext context, CancellationToken cancellationToken)
    {
        var message = await decoding.ConfigureAwait(false);
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

    private async ValueTask HandleTombstoneAsync(ConsumeContext context, CancellationToken cancellationToken)
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
