using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>Runs lanes when it is told to, on the thread that tells it. One thread.</summary>
internal sealed class HeldExecutor : HandlerExecutor
{
    private readonly Queue<Lane> _ready = new();

    public override void Schedule(Lane lane) => _ready.Enqueue(lane);

    public void RunAll()
    {
        while (_ready.TryDequeue(out var lane))
        {
            lane.Run();
        }
    }

    public override void Release()
    {
    }

    public override void Dispose()
    {
    }
}
