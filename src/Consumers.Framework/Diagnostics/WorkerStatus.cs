namespace Consumers.Framework.Diagnostics;

/// <summary>What a worker says of itself. Written by its poll thread, read by any thread.</summary>
internal sealed class WorkerStatus(TimeProvider time)
{
    private readonly object _gate = new();
    private TaskCompletionSource _assigned = NewSource();
    private WorkerState _state;
    private string? _failure;
    private string? _subscriptionError;
    private string? _connectionError;
    private string? _tokenFailure;
    private long _connectionErrorAt;
    private string? _brokerError;
    private long _brokerErrorAt;
    private long _polledAt = time.GetTimestamp();

    /// <summary>How long a connection error stands without being reported again: the client repeats it every few seconds while it lasts.</summary>
    private static readonly TimeSpan ConnectionErrorLasts = TimeSpan.FromSeconds(15);

    /// <summary>Ends when the worker's client has had an assignment, an empty one included.</summary>
    public Task Assigned
    {
        get
        {
            lock (_gate)
            {
                return _assigned.Task;
            }
        }
    }

    public WorkerState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public string? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    public string? ClientError
    {
        get
        {
            lock (_gate)
            {
                return _tokenFailure
                    ?? Fresh(_connectionError, _connectionErrorAt)
                    ?? _subscriptionError
                    ?? (_state == WorkerState.Starting ? Fresh(_brokerError, _brokerErrorAt) : null);
            }
        }
    }

    public TimeSpan SincePoll => time.GetElapsedTime(Interlocked.Read(ref _polledAt));

    public void Polled() => Interlocked.Exchange(ref _polledAt, time.GetTimestamp());

    public void Set(WorkerState state, string? failure = null)
    {
        lock (_gate)
        {
            _state = state;
            _failure = failure;
            if (state != WorkerState.Rebalancing && _assigned.Task.IsCompleted)
            {
                // The client that was assigned something ends, or has ended.
                _assigned = NewSource();
            }

            if (state == WorkerState.Completed)
            {
                // Whoever comes to wait for its assignment now has missed it.
                _assigned.TrySetResult();
            }
        }

        Polled();
    }

    /// <summary>An assignment was answered; the worker owns so many partitions now.</summary>
    public void Owns(int partitions)
    {
        lock (_gate)
        {
            _state = partitions == 0 ? WorkerState.Standby : WorkerState.Running;
            _subscriptionError = null;
            _connectionError = null;
            _brokerError = null;
            _assigned.TrySetResult();
        }
    }

    /// <returns>Whether it is news.</returns>
    public bool ReportConnectionError(string error)
    {
        lock (_gate)
        {
            var isNews = Fresh(_connectionError, _connectionErrorAt) is null;
            _connectionError = error;
            _connectionErrorAt = time.GetTimestamp();
            return isNews;
        }
    }

    /// <summary>Why the client has no token. It stands until it has one: records come for as long as its connections last.</summary>
    public void ReportTokenFailure(string? failure)
    {
        lock (_gate)
        {
            _tokenFailure = failure;
        }
    }

    /// <summary>
    /// One broker cannot be reached. It is told while the worker waits for its first assignment, which may well wait for that broker: one that
    /// is announced by a name that cannot be resolved here never counts among those that are down.
    /// </summary>
    public void ReportBrokerError(string error)
    {
        lock (_gate)
        {
            _brokerError = error;
            _brokerErrorAt = time.GetTimestamp();
        }
    }

    /// <summary>A topic or the group failed. It stands until an assignment or a record.</summary>
    /// <returns>Whether it is news.</returns>
    public bool ReportSubscriptionError(string error)
    {
        lock (_gate)
        {
            var isNews = _subscriptionError != error;
            _subscriptionError = error;
            return isNews;
        }
    }

    /// <summary>Records came: what failed works again.</summary>
    public void Received()
    {
        if (_subscriptionError is not null || _connectionError is not null)
        {
            lock (_gate)
            {
                _subscriptionError = null;
                _connectionError = null;
            }
        }
    }

    private string? Fresh(string? error, long at) => error is not null && time.GetElapsedTime(at) < ConnectionErrorLasts ? error : null;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
