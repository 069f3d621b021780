using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>Runs lanes when it is told to, on the thread that tells it. One thread.</summary>
internal sealed class HeldExecutor : HandlerExecutor
{
    private readonly Queue<IThreadPoolWorkItem> _ready = new();

    public override void Schedule(IThreadPoolWorkItem lane) => _ready.Enqueue(lane);

    public void RunAll()
    {
        while (_ready.TryDequeue(out var lane))
        {
            lane.Execute();
        }
    }

    public override void Release()
    {
    }

    public override void Dispose()
    {
    }
}
