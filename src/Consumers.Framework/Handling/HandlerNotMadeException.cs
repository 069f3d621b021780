using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Handling;

/// <summary>
/// The container could not make the handler of a record. It says nothing about the record, which is never given up for it. Thrown where
/// the handler is made and nowhere else, so what the handler itself throws is never taken for it.
/// </summary>
/// <param name="handler">The handler's type.</param>
/// <param name="cause">What the container, or a constructor that it called, threw.</param>
internal sealed class HandlerNotMadeException(Type handler, Exception cause)
    : Exception($"{handler.Name} cannot be made: {FailureText.Of(cause)}", cause)
{
    public Type Handler { get; } = handler;
}
