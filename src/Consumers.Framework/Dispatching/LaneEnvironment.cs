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
    public required string Consumer { get; init; }

    public required string? GroupId { get; init; }

    public required RecordReader Reader { get; init; }

    public required HandlerExecutor Executor { get; init; }

    public required DecoderRegistry Decoders { get; init; }

    public required HandlerInvoker Invoker { get; init; }

    public required FailurePolicy Failures { get; init; }

    public required ConsumerMetrics Metrics { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Where the lanes mark their handlers' code.</summary>
    public OwnCode OwnCode { get; init; } = new();

    /// <summary>How long an attempt may take before its token is cancelled; null for as long as it likes.</summary>
    public TimeSpan? MaxHandlerDuration { get; init; }

    /// <summary>Whether failures may quote the record.</summary>
    public bool IncludesRecordData { get; init; }

    /// <summary>What the queues of the lanes are made of.</summary>
    public RecordChunkPool Chunks { get; } = new();
}
