using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>
/// As fast as an executor can be: once told so, a lane has run on the executor's thread before <see cref="Schedule"/> returns.
/// </summary>
internal sealed class InlineExecutor : HandlerExecutor
{
    private readonly Queue<IThreadPoolWorkItem> _ready = new();

    public bool IsEager { get; set; }

    public override void Schedule(IThreadPoolWorkItem lane)
    {
        if (!IsEager)
        {
            _ready.Enqueue(lane);
            return;
        }

        var thread = new Thread(lane.Execute) { Name = "executor" };
        thread.Start();
        Assert.True(thread.Join(Waiting.Limit));
    }

    public void RunOne() => _ready.Dequeue().Execute();

    /// <summary>Runs what is ready on the test's thread.</summary>
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
