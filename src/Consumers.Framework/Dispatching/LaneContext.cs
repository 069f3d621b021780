using Consumers.Framework.Records;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// The execution context of a lane's handlers: whatever they log is inside a scope that shows the record in hand, and their code is marked as
/// the lane's. By whoever runs the lane.
/// </summary>
/// <remarks>
/// A run is one call inside the context, and a handler that is no async method may leave its own behind on the thread: an AsyncLocal, the
/// culture, a span. So the context is put back before each record; that is a comparison when nobody has changed it.
/// </remarks>
internal sealed class LaneContext(IAwaitedCall owner, RecordSlot slot, LaneEnvironment environment)
{
    private ExecutionContext? _context;

    /// <summary>Calls back inside the context.</summary>
    public void Run(ContextCallback callback, object state) => ExecutionContext.Run(_context ??= Create(), callback, state);

    /// <summary>What the record before, or whoever completed its handler, has left on the thread is not seen by what follows.</summary>
    public void Restore()
    {
        ExecutionContext.Restore(_context!);
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    /// <summary>
    /// Once for all records, because beginning a scope allocates. The context keeps the scope when it is disposed of here. One of several
    /// providers may fail, and the others have begun theirs then: those are not to stay on the thread.
    /// </summary>
    private ExecutionContext Create()
    {
        var outside = ExecutionContext.Capture();
        environment.OwnCode.Enter(owner);
        ExecutionContext created;
        using (environment.Logger.BeginScope(new RecordScope(slot)))
        {
            created = ExecutionContext.Capture()!;
        }

        ExecutionContext.Restore(outside!);
        return created;
    }
}
