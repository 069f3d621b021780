namespace Consumers.Framework.Configuration;

/// <summary>What becomes of a worker whose handler goes on although <see cref="KafkaConsumerOptions.MaxHandlerDuration"/> has cancelled it.</summary>
public enum StuckHandlerPolicy
{
    /// <summary>It is logged as an error, and readiness is Unhealthy for as long as it lasts. The worker keeps its partitions.</summary>
    Report,

    /// <summary>
    /// The worker gives its partitions up in order, without waiting for the handler, whose record is not committed; it leaves the group and
    /// starts again with a new client and a new handler thread. The old thread and the client's memory are left to the handler.
    /// </summary>
    ReplaceWorker,

    /// <summary>The host stops with a non-zero exit code.</summary>
    StopHost,
}
