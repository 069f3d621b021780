using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Listeners;

/// <summary>
/// One thing that a worker's listeners are told. The thread pool begins and ends it; the poll thread, or a timer, may give it up first.
/// Whichever comes first counts.
/// </summary>
internal sealed class ListenerCall(string method, TimeProvider time) : IAwaitedCall
{
    private readonly CancellationTokenSource _cancellation = new();
    private volatile string? _listener;
    private volatile bool _hasReturned;
    private long _begunAt;
    private int _state = Waiting;

    private const int Waiting = 0;
    private const int Running = 1;
    private const int Over = 2;
    private const int GivenUp = 3;

    public string Method => method;

    string IAwaitedCall.Kind => "rebalance listener";

    /// <summary>Also when it is given up: the calls behind it wait for it.</summary>
    bool IAwaitedCall.IsAwaited => !_hasReturned;

    void IAwaitedCall.BeginStop()
    {
    }

    /// <summary>Cancelled when the call is given up.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether nobody needs to wait for it any more.</summary>
    public bool IsSettled => Volatile.Read(ref _state) >= Over;

    public bool IsGivenUp => Volatile.Read(ref _state) == GivenUp;

    /// <summary>The listener that is being called, or was last.</summary>
    public string Listener => _listener ?? "";

    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _begunAt));

    /// <returns>False when it was given up before.</returns>
    public bool TryBegin()
    {
        Volatile.Write(ref _begunAt, time.GetTimestamp());
        return Interlocked.CompareExchange(ref _state, Running, Waiting) == Waiting;
    }

    /// <summary>The next listener has its turn.</summary>
    /// <returns>False when there is no more time for it.</returns>
    public bool TryEnter(string listener)
    {
        if (IsGivenUp)
        {
            return false;
        }

        _listener = listener;
        return true;
    }

    /// <returns>False when it was given up before.</returns>
    public bool End()
    {
        _hasReturned = true;
        return Interlocked.CompareExchange(ref _state, Over, Running) == Running;
    }

    /// <summary>There is no more time. The user's cancellation callbacks run on the thread pool.</summary>
    /// <returns>Whether it had begun; null when it has ended meanwhile, or was given up before.</returns>
    public bool? GiveUp()
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting)
        {
            return false;
        }

        if (Interlocked.CompareExchange(ref _state, GivenUp, Running) != Running)
        {
            return null;
        }

        _ = CancelAsync();
        return true;
    }

    /// <summary>What the callbacks throw belongs to a call that is given up, and that is said already.</summary>
    private async Task CancelAsync() => await _cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
