using System.Runtime.CompilerServices;

namespace Consumers.Framework.Dispatching;

/// <summary>
/// Awaits a permit of the executor and goes on on its thread. A task would not do: when the executor completes it before it is awaited,
/// the caller goes on by itself, and a blocking handler would then hold a thread of the pool.
/// </summary>
internal readonly struct PermitAwaitable(LaneRecovery recovery) : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public PermitAwaitable GetAwaiter() => this;

    public void GetResult()
    {
        // The permit is the result.
    }

    public void OnCompleted(Action continuation) => recovery.AwaitPermit(continuation);

    public void UnsafeOnCompleted(Action continuation) => recovery.AwaitPermit(continuation);
}
