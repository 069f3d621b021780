using Microsoft.Extensions.DependencyInjection;

namespace Consumers.Framework.Handling;

/// <summary>Ends the scope of a handler or listener that has failed.</summary>
internal static class ScopeEnd
{
    /// <summary>The services of the scope may fail as well; what is judged and logged is why the handler failed.</summary>
    public static async ValueTask AfterFailureAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Often only what follows from the first failure: a transaction that cannot be rolled back on a connection that is lost.
        }
    }
}
