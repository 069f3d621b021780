namespace Consumers.Framework.Dispatching;

/// <summary>The execution context that each record begins in.</summary>
/// <remarks>
/// A run is one call inside the lane's context, and a handler that is no async method may leave its own behind on the thread: an AsyncLocal,
/// the culture, a span. So the context is put back before each record; that is a comparison when nobody has changed it.
/// </remarks>
internal sealed partial class Lane
{
    private ExecutionContext? _scope;

    /// <summary>The context of the lane's handlers: whatever they log is inside a scope that shows the record in hand.</summary>
    private ExecutionContext Scope
    {
        get
        {
            if (_scope is null)
            {
                // Begun once for all records, because beginning a scope allocates. The context keeps it when it is disposed of here. One
                // of several providers may fail, and the others have begun theirs then: those are not to stay on the thread.
                var outside = ExecutionContext.Capture();
                _environment.OwnCode.Enter(this);
                using (_environment.Logger.BeginScope(new RecordScope(_slot)))
                {
                    _scope = ExecutionContext.Capture()!;
                }

                ExecutionContext.Restore(outside!);
            }

            return _scope;
        }
    }

    /// <summary>What the record before, or whoever completed its handler, has left on the thread is not seen by what follows.</summary>
    private void CleanContext()
    {
        ExecutionContext.Restore(_scope!);
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}
