using System.Diagnostics.CodeAnalysis;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Consumers.Framework.Handling;

/// <summary>What <see cref="IKafkaHandler{TMessage}"/> knows of itself.</summary>
internal static class HandlerBinding<TMessage>
{
    public static HandlerBinding Create<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IKafkaHandler => new Bound<THandler>();

    private sealed class Bound<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler> : HandlerBinding
        where THandler : class, IKafkaHandler
    {
        public override Type HandlerType => typeof(THandler);

        public override Type MessageType => typeof(TMessage);

        public override Type Wiring => typeof(Wiring<THandler>);

        public override void Register(IServiceCollection services) => services.TryAddScoped<THandler>();

        public override void RequireDecoder(DecoderRegistry decoders) => decoders.Value<TMessage>();

        public override HandlerInvoker CreateInvoker(IServiceProvider services, bool isSingleton, DecoderRegistry decoders, ConsumerSettings settings) =>
            new RecordPipeline<TMessage>(decoders.Value<TMessage>(), isSingleton
                ? new SingletonHandlerStep<TMessage>(Cast(services.GetRequiredService<THandler>()), settings)
                : new ScopedHandlerStep<TMessage>(
                    typeof(THandler), services.GetRequiredService<IServiceScopeFactory>(), static scoped => Cast(scoped.GetRequiredService<THandler>()), settings));

        /// <summary>The binding is made by the handler's own implementation of the interface, so the cast cannot fail.</summary>
        private static IKafkaHandler<TMessage> Cast(THandler handler) => (IKafkaHandler<TMessage>)handler;
    }
}
