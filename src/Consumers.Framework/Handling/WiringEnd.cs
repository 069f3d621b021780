namespace Consumers.Framework.Handling;

/// <summary>Stops the container before it makes what a <see cref="Wiring{TService}"/> asks about, in a scope whose switch is on.</summary>
internal sealed class WiringEnd
{
    public WiringEnd(WiringSwitch wiring)
    {
        if (wiring.IsOn)
        {
            throw new ReachedException();
        }
    }

    /// <summary>Everything that comes after the end can be made, as far as the container knows.</summary>
    public sealed class ReachedException : Exception
    {
        /// <summary>Whether it was reached, under whatever a container wraps it in.</summary>
        public static bool IsIn(Exception? exception)
        {
            while (exception is not null and not ReachedException)
            {
                exception = exception.InnerException;
            }

            return exception is not null;
        }
    }
}
