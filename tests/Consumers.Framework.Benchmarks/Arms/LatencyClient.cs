namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>What consumes in a latency run.</summary>
internal enum LatencyClient
{
    /// <summary>This framework with its defaults.</summary>
    Framework,

    /// <summary>A loop over Consume() with the framework's client settings.</summary>
    ConsumeLoop,

    /// <summary>The bare native loop.</summary>
    NativeLoop,
}
