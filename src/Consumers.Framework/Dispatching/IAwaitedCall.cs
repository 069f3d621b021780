namespace Consumers.Framework.Dispatching;

/// <summary>User code that a stop, or a rebalance, of its consumer waits for.</summary>
internal interface IAwaitedCall
{
    /// <summary>What it is, for a message.</summary>
    string Kind { get; }

    /// <summary>Whether it is waited for. Any thread.</summary>
    bool IsAwaited { get; }

    /// <summary>It has begun the stop of its consumer: no later record of its partition starts. Called by itself.</summary>
    void BeginStop();
}
