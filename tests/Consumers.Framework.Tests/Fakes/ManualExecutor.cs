using Consumers.Framework.Dispatching;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>Runs lanes only when the test says so, on the test's thread. Counts permits and refuses a lane that is scheduled twice.</summary>
internal sealed class ManualExecutor(int permits = 1) : HandlerExecutor
{
    private readonly List<IThreadPoolWorkItem> _ready = [];
    private readonly int _permits = permits;

    public int Ready
    {
        get
        {
            lock (_ready)
            {
                return _ready.Count;
            }
        }
    }

    public int Free { get; private set; } = permits;

    public override void Schedule(IThreadPoolWorkItem lane)
    {
        lock (_ready)
        {
            Assert.DoesNotContain(lane, _ready);
            _ready.Add(lane);
        }
    }

    public override void Release()
    {
        lock (_ready)
        {
            Free++;
            Assert.True(Free <= _permits, "A permit was given back that nobody had.");
        }
    }

    /// <summary>Runs one ready lane, when a permit is free.</summary>
    public bool RunOne(int index = 0)
    {
        IThreadPoolWorkItem lane;
        lock (_ready)
        {
            if (_ready.Count == 0 || Free == 0)
            {
                return false;
            }

            lane = _ready[index];
            _ready.RemoveAt(index);
            Free--;
        }

        lane.Execute();
        return true;
    }

    /// <summary>Loses the lane that is next, as no executor may.</summary>
    /// <returns>The lane.</returns>
    public Lane Lose()
    {
        lock (_ready)
        {
            var lane = (Lane)_ready[0];
            _ready.RemoveAt(0);
            return lane;
        }
    }

    public void RunAll()
    {
        while (RunOne())
        {
        }
    }

    public override void Dispose()
    {
    }
}
