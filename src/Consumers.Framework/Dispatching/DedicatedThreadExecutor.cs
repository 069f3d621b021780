namespace Consumers.Framework.Dispatching;

/// <summary>
/// One permit on one thread of its own: a blocking handler blocks this thread and nothing else. A handler that awaits keeps the permit,
/// so the thread waits with it; what follows its first await runs where its awaiter says, usually on the thread pool.
/// </summary>
internal sealed class DedicatedThreadExecutor : HandlerExecutor
{
    private readonly Queue<IThreadPoolWorkItem> _ready = new();
    private readonly object _gate = new();
    private bool _permitOut;
    private bool _stopped;
    private bool _ended;

    public DedicatedThreadExecutor(string threadName)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = threadName };
        thread.UnsafeStart();
    }

    public override void Schedule(IThreadPoolWorkItem lane)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _ready.Enqueue(lane);
                if (!_permitOut)
                {
                    Monitor.Pulse(_gate);
                }

                return;
            }
        }

        // A straggler whose lease is closed: it only gives its records back.
        ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
    }

    public override void Release()
    {
        lock (_gate)
        {
            _permitOut = false;
            if (_ready.Count > 0 || _stopped)
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                if (Next() is not { } lane)
                {
                    return;
                }

                lane.Execute();
            }
            catch (ThreadInterruptedException)
            {
                // Somebody has interrupted the thread, and no handler was there to hear it: the wait goes on.
            }
        }
    }

    private IThreadPoolWorkItem? Next()
    {
        lock (_gate)
        {
            while (_permitOut || (_ready.Count == 0 && !_stopped))
            {
                Monitor.Wait(_gate);
            }

            if (_ready.Count == 0)
            {
                _ended = true;
                return null;
            }

            _permitOut = true;
            return _ready.Dequeue();
        }
    }
}
