namespace Consumers.Framework.Configuration;

/// <summary>What becomes of a worker whose client or poll thread failed for good.</summary>
public enum WorkerFailurePolicy
{
    /// <summary>It starts again with a new client after a delay that doubles from 1 s to 1 min; health is Unhealthy meanwhile.</summary>
    Restart,

    /// <summary>The host stops with a non-zero exit code.</summary>
    StopHost,
}
