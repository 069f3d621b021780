namespace Consumers.Framework.Dispatching;

/// <summary>Several permits; each lane that has one runs on the thread pool.</summary>
internal sealed class ThreadPoolExecutor(int permits) : HandlerExecutor
{
    private readonly Queue<IThreadPoolWorkItem> _ready = new();
    private readonly object _gate = new();
    private int _free = permits;

    public override void Schedule(IThreadPoolWorkItem lane)
    {
        lock (_gate)
        {
            if (_free == 0)
            {
                _ready.Enqueue(lane);
                return;
            }

            _free--;
        }

        ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
    }

    public override void Release()
    {
        IThreadPoolWorkItem? next;
        lock (_gate)
        {
            if (!_ready.TryDequeue(out next))
            {
                _free++;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
    }

    public override void Dispose()
    {
        // The pool is not ours, and lanes of closed leases end by themselves.
    }
}
