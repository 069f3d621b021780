namespace Orders.Web.Feed;

/// <summary>What the feed has done. Written by the feed and its client's thread, read by the page.</summary>
internal sealed class FeedCounters
{
    private long _produced;
    private long _failed;
    private volatile string? _lastError;

    /// <summary>Orders that the broker acknowledged.</summary>
    public long Produced => Interlocked.Read(ref _produced);

    /// <summary>Orders that were given up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Why the last order was given up; null once orders are acknowledged again.</summary>
    public string? LastError => _lastError;

    public void Succeed()
    {
        Interlocked.Increment(ref _produced);
        _lastError = null;
    }

    /// <returns>Whether this is the first failure since the last success, the one that is worth a log entry.</returns>
    public bool Fail(string error)
    {
        Interlocked.Increment(ref _failed);
        var first = _lastError is null;
        _lastError = error;
        return first;
    }
}
