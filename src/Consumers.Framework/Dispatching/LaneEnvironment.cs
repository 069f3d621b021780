using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Dispatching;

/// <summary>What every lane of one worker shares. Immutable.</summary>
internal sealed record LaneEnvironment
{
    public required WorkerScope Scope { get; init; }

    public required RecordReader Reader { get; init; }

    public required HandlerExecutor Executor { get; init; }

    public required DecoderRegistry Decoders { get; init; }

    public required HandlerInvoker Invoker { get; init; }

    public required FailurePolicy Failures { get; init; }

    /// <summary>Where the lanes mark their handlers' code.</summary>
    public OwnCode OwnCode { get; init; } = new();

    /// <summary>What the queues of the lanes are made of.</summary>
    public RecordChunkPool Chunks { get; } = new();

    public string Consumer => Scope.Consumer;

    public KafkaConsumerOptions Options => Scope.Options;

    public ConsumerMetrics Metrics => Scope.Metrics;

    public TimeProvider Time => Scope.Time;

    public ILogger Logger => Scope.Logger;
}
