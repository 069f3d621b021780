namespace Consumers.Framework.Handling;

/// <summary>A handler type bound to its message type, made at registration.</summary>
internal abstract class HandlerBinding
{
    public abstract Type HandlerType { get; }

    public abstract Type MessageType { get; }
}
