namespace Consumers.Framework.Handling;

/// <summary>One of the user's listeners.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Wiring">Asks the container whether it can make one.</param>
internal sealed record ListenerRegistration(Type Type, Type Wiring)
{
    public static ListenerRegistration Of<TListener>()
        where TListener : class => new(typeof(TListener), typeof(Wiring<TListener>));
}
