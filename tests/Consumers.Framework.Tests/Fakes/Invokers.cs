using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>The invoker of a handler, put together as at a start.</summary>
internal static class Invokers
{
    public static HandlerInvoker Singleton<TMessage>(IKafkaHandler<TMessage> handler, IRecordDecoder<TMessage> decoder, ConsumerSettings settings) =>
        new RecordPipeline<TMessage>(decoder, new SingletonHandlerStep<TMessage>(handler, settings));

    public static HandlerInvoker Scoped<TMessage>(
        Type handler, IServiceScopeFactory scopes, Func<IServiceProvider, IKafkaHandler<TMessage>> resolve, IRecordDecoder<TMessage> decoder, ConsumerSettings settings) =>
        new RecordPipeline<TMessage>(decoder, new ScopedHandlerStep<TMessage>(handler, scopes, resolve, settings));
}
