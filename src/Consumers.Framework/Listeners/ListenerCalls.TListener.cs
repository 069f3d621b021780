using Consumers.Framework.Committing;
using Consumers.Framework.Dispatching;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Listeners;

/// <summary>
/// Calls the user's listeners of one worker on the thread pool, one call after another, each inside a budget. It outlives the worker's
/// clients, so that a listener that hangs is not called by the next one. Only the worker's poll thread of the time calls.
/// </summary>
/// <remarks>
/// A call that is given up goes on for as long as the listener likes: those behind it wait for it, each inside its own budget, and are
/// skipped when that is over. So what a listener sees never overlaps and keeps its order, and nobody waits longer than the budget.
/// </remarks>
internal sealed class ListenerCalls<TListener>(string consumer, int worker, IReadOnlyList<ListenerSource<TListener>> listeners, OwnCode ownCode, TimeProvider time, ILogger logger)
    where TListener : class
{
    private readonly DrainSignal _settled = new(time);
    private Task _last = Task.CompletedTask;
    private volatile ListenerCall? _running;

    /// <summary>Whether there is anybody to call.</summary>
    public bool Any => listeners.Count > 0;

    /// <summary>Poll thread: calls the listeners and waits until they have returned, the budget is over, or there is no more time.</summary>
    /// <param name="method">What is called, for the log.</param>
    /// <param name="call">Calls one listener.</param>
    /// <param name="budget">How long it may take in all.</param>
    /// <param name="isCutShort">Whether the host has no more time; whoever makes it true calls <see cref="Pulse"/>.</param>
    public void CallAndWait(string method, Func<TListener, CancellationToken, ValueTask> call, TimeSpan budget, Func<bool> isCutShort)
    {
        // Before: a listener may run, and time pass, before this thread gets to wait.
        var startedAt = time.GetTimestamp();
        var begun = Begin(method, call, isAwaited: true);

        // Not by a timer: its callback needs the thread pool, which blocking handlers may have exhausted.
        _settled.Wait(() => begun.IsSettled || isCutShort(), budget, startedAt);
        GiveUp(begun);
    }

    /// <summary>Poll thread: calls the listeners and does not wait for them.</summary>
    /// <param name="method">What is called, for the log.</param>
    /// <param name="call">Calls one listener.</param>
    /// <param name="budget">How long it may take in all.</param>
    public void Call(string method, Func<TListener, CancellationToken, ValueTask> call, TimeSpan budget)
    {
        var begun = Begin(method, call, isAwaited: false);
        _ = GiveUpAfterAsync(begun, _last, budget);
    }

    /// <summary>Whoever waits looks again whether there is more time. Any thread.</summary>
    public void Pulse() => _settled.Pulse();

    private ListenerCall Begin(string method, Func<TListener, CancellationToken, ValueTask> call, bool isAwaited)
    {
        var begun = new ListenerCall(method, time);
        _last = RunAsync(begun, call, isAwaited, _last);
        return begun;
    }

    private async Task RunAsync(ListenerCall current, Func<TListener, CancellationToken, ValueTask> call, bool isAwaited, Task before)
    {
        // Also when there is nobody to wait for: what follows is the user's code, and this is the poll thread.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        if (!current.TryBegin())
        {
            return;
        }

        _running = current;
        if (isAwaited)
        {
            ownCode.Enter(current);
        }

        foreach (var listener in listeners)
        {
            if (!current.TryEnter(listener.Name))
            {
                break;
            }

            await CallOneAsync(current, listener, call).ConfigureAwait(false);
        }

        _running = null;
        if (!current.End())
        {
            Log.ListenerReturned(logger, consumer, worker, current.Listener, current.Method, current.Age);
        }

        _settled.Pulse();
    }

    private async Task CallOneAsync(ListenerCall current, ListenerSource<TListener> listener, Func<TListener, CancellationToken, ValueTask> call)
    {
        try
        {
            await listener.CallAsync(call, current.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (current.IsGivenUp)
        {
            // It was asked to stop, and it has been said so.
        }
        catch (Exception exception)
        {
            Log.ListenerFailed(logger, exception, consumer, worker, listener.Name, current.Method);
        }
    }

    private async Task GiveUpAfterAsync(ListenerCall call, Task end, TimeSpan budget)
    {
        using var over = new CancellationTokenSource(budget, time);
        await end.WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GiveUp(call);
    }

    private void GiveUp(ListenerCall call)
    {
        switch (call.GiveUp())
        {
            case true:
                Log.ListenerGivenUp(logger, consumer, worker, call.Listener, call.Method, call.Age);
                break;
            case false:
                Log.ListenerSkipped(logger, consumer, worker, call.Method, Obstacle());
                break;
        }
    }

    private string Obstacle() => _running is { } running ? $"{running.Method} of {running.Listener} has not returned after {running.Age}" : "the thread pool has no thread for it";
}
