namespace Consumers.Framework.Dispatching;

/// <summary>
/// Gives lanes the right to run a handler: a permit. At most <c>MaxConcurrency</c> are out at a time. A lane that was scheduled runs with
/// a permit and gives it back by <see cref="Release"/> when its attempt is over, on whatever thread that happens.
/// </summary>
internal abstract class HandlerExecutor : IDisposable
{
    /// <summary>Runs the lane when a permit is free, in the order of the calls. Any thread.</summary>
    public abstract void Schedule(IThreadPoolWorkItem lane);

    /// <summary>Gives a permit back. Any thread.</summary>
    public abstract void Release();

    /// <summary>
    /// Called when every lease is closed: what is ready still runs (and only gives its records back), then the thread ends. A handler
    /// that does not return is left behind on it.
    /// </summary>
    public abstract void Dispose();

    public static HandlerExecutor Create(int maxConcurrency, string threadName) =>
        maxConcurrency == 1 ? new DedicatedThreadExecutor(threadName) : new ThreadPoolExecutor(maxConcurrency);
}
