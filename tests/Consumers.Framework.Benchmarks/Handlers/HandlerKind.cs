namespace Consumers.Framework.Benchmarks.Handlers;

/// <summary>The handlers that arms use.</summary>
internal enum HandlerKind
{
    /// <summary><see cref="RawHandler"/>, a singleton.</summary>
    Raw,

    /// <summary><see cref="RawHandler"/>, in a scope for each record.</summary>
    RawScoped,

    /// <summary><see cref="JsonHandler"/>, a singleton.</summary>
    Json,

    /// <summary><see cref="CommittingHandler"/>, a singleton.</summary>
    Committing,

    /// <summary><see cref="LatencyHandler"/>, a singleton.</summary>
    Latency,
}
