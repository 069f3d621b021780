using System.Diagnostics.CodeAnalysis;
using Consumers.Framework.Handling;

namespace Consumers.Framework;

/// <summary>
/// What every handler is. Implement <see cref="IKafkaHandler{TMessage}"/>; this interface only lets
/// <c>AddKafkaConsumer&lt;THandler&gt;</c> find the message type at compile time, without reflection.
/// </summary>
/// <remarks>A handler of two message types does not compile (CF0001, CS8705): register one handler class for each type instead.</remarks>
public interface IKafkaHandler
{
    /// <summary>Binds the handler type to its message type. Implemented by <see cref="IKafkaHandler{TMessage}"/>.</summary>
    internal static abstract HandlerBinding Bind<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IKafkaHandler;
}
