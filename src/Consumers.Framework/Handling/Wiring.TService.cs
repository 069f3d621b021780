namespace Consumers.Framework.Handling;

/// <summary>
/// Asks the container whether it can make a service, without making it. A container finds out how to make everything that a constructor
/// needs, and what that needs in turn, before it makes the first of it; and it makes arguments in the order of the parameters. So when it
/// gets as far as the <see cref="WiringEnd"/>, nothing is missing, and no constructor of the user's has run.
/// </summary>
internal sealed class Wiring<TService>
    where TService : class
{
    public Wiring(WiringEnd end, TService service)
    {
        _ = end;
        _ = service;
    }
}
