using System.Diagnostics.CodeAnalysis;

namespace Consumers.Framework.Handling;

internal sealed class HandlerBinding<TMessage>(Type handlerType) : HandlerBinding
{
    public override Type HandlerType { get; } = handlerType;

    public override Type MessageType => typeof(TMessage);

    public static HandlerBinding Create<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>() =>
        new HandlerBinding<TMessage>(typeof(THandler));
}
