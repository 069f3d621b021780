namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// Reads what the process has allocated between two records. The handlers of one worker call it, one at a time. At the first record the
/// handler blocks until it is let go, so that every buffer has grown as far as it will before anything is measured.
/// </summary>
internal sealed class AllocationWatch(int warmUp, int measured)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _handled;
    private long _before;

    /// <summary>Lets the first record go.</summary>
    public ManualResetEventSlim Gate { get; } = new();

    /// <summary>Ends after the last record.</summary>
    public Task Done => _done.Task;

    public long Allocated { get; private set; }

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
        else if (_handled == warmUp + measured)
        {
            Allocated = GC.GetTotalAllocatedBytes(precise: true) - _before;
            _done.SetResult();
        }

        return ValueTask.CompletedTask;
    }
}
