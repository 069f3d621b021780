namespace Consumers.Framework.Dispatching;

/// <summary>What the lanes of a partition tell the lease that they belong to.</summary>
internal interface ILaneEvents
{
    /// <summary>Under the lock: records have gone to a handler, or have left their queue.</summary>
    void SpaceFreed();

    /// <summary>Not under the lock: something has ended that a drain may wait for.</summary>
    void RunEnded();
}
