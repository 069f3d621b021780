using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Configuration;

/// <summary>What everything around one client of a worker knows: whose it is, and where it counts, logs and looks at the clock. Immutable.</summary>
internal sealed record WorkerScope
{
    public required ConsumerSettings Settings { get; init; }

    /// <summary>The worker's index.</summary>
    public required int Index { get; init; }

    public required WorkerStatus Status { get; init; }

    public required ConsumerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>The name of the consumer.</summary>
    public string Consumer => Settings.Name;

    public KafkaConsumerOptions Options => Settings.Options;
}
