namespace Consumers.Framework.Dispatching;

/// <summary>
/// Tells whether the code that runs now was called by one consumer and is waited for by it: a handler that waits for the end of its own
/// consumer waits for itself. One for each consumer. Any thread.
/// </summary>
/// <remarks>
/// The mark flows with the execution context, so it is found behind an await and inside a host's stop as well. A lane sets it once, in the
/// context that all its records share: what a handler has left running bears the mark for good, and counts as a handler whenever its lane has a
/// record in hand.
/// </remarks>
internal sealed class OwnCode
{
    private readonly AsyncLocal<IAwaitedCall?> _call = new();

    /// <summary>What the code that runs now belongs to; null when nobody waits for it.</summary>
    public IAwaitedCall? Caller => _call.Value is { IsAwaited: true } call ? call : null;

    /// <summary>What runs in this execution context from now on belongs to the call; null to none.</summary>
    public void Enter(IAwaitedCall? call) => _call.Value = call;
}
