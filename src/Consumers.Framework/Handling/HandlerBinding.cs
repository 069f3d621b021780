using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Handling;

/// <summary>A handler type bound to its message type: made at registration, where both are known at compile time.</summary>
internal abstract class HandlerBinding
{
    public abstract Type HandlerType { get; }

    public abstract Type MessageType { get; }

    /// <summary>Asks the container whether it can make the handler.</summary>
    public abstract Type Wiring { get; }

    /// <summary>Registers the handler as scoped, unless it is registered already.</summary>
    public abstract void Register(IServiceCollection services);

    /// <exception cref="NoDecoderException">The consumer cannot decode the message type.</exception>
    public abstract void RequireDecoder(DecoderRegistry decoders);

    /// <summary>Makes the invoker at start. A handler that is registered as a singleton is resolved once and called without a scope.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="isSingleton">Whether the handler's last registration is a singleton.</param>
    /// <param name="decoders">The consumer's decoders.</param>
    /// <param name="settings">The consumer's settings.</param>
    public abstract HandlerInvoker CreateInvoker(IServiceProvider services, bool isSingleton, DecoderRegistry decoders, ConsumerSettings settings);
}
