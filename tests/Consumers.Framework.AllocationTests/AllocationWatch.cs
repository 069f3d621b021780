namespace Consumers.Framework.AllocationTests;

/// <summary>
/// Reads what the process has allocated in each of some windows of records. The handlers of one worker call it, one at a time. At the
/// first record the handler blocks until it is let go, so that the buffers are full before anything is measured; they may still grow a
/// little later, once, which is why there is more than one window.
/// </summary>
internal sealed class AllocationWatch(int warmUp, int window, int windows)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _handled;
    private long _before;

    /// <summary>Lets the first record go.</summary>
    public ManualResetEventSlim Gate { get; } = new();

    /// <summary>Ends after the last record.</summary>
    public Task Done => _done.Task;

    /// <summary>The bytes of each window.</summary>
    public List<long> Allocated { get; } = new(windows);

    public ValueTask Handled()
    {
        if (_handled == 0)
        {
            Gate.Wait();
        }

        _handled++;
        if (_handled == warmUp)
        {
            _before = GC.GetTotalAllocatedBytes(precise: true);
        }
        else if (_handled > warmUp && (_handled - warmUp) % window == 0)
        {
            var now = GC.GetTotalAllocatedBytes(precise: true);
            Allocated.Add(now - _before);
            _before = now;
            if (Allocated.Count == windows)
            {
                _done.SetResult();
            }
        }

        return ValueTask.CompletedTask;
    }
}
