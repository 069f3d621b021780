using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Failures;

internal static partial class Log
{
    [LoggerMessage(EventIds.AttemptFailed, LogLevel.Warning, "{Consumer}: attempt {Attempt} failed at {Topic}[{Partition}] offset {Offset} ({Reason}); the failure policy decides what happens next", EventName = nameof(EventIds.AttemptFailed))]
    public static partial void AttemptFailed(ILogger logger, Exception? exception, string consumer, string topic, int partition, long offset, int attempt, string reason);

    [LoggerMessage(EventIds.RecordBlocked, LogLevel.Error, "{Consumer}: {Topic}[{Partition}] holds at offset {Offset} after attempt {Attempt} ({Reason}); nothing behind it is handled until it succeeds; it is tried again every {Delay}; other partitions go on", EventName = nameof(EventIds.RecordBlocked))]
    public static partial void Blocked(ILogger logger, Exception? exception, string consumer, string topic, int partition, long offset, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.RecordStillBlocked, LogLevel.Warning, "{Consumer}: {Topic}[{Partition}] still holds at offset {Offset} after attempt {Attempt}: {Reason}", EventName = nameof(EventIds.RecordStillBlocked))]
    public static partial void StillBlocked(ILogger logger, string consumer, string topic, int partition, long offset, int attempt, string reason);

    [LoggerMessage(EventIds.RecordUnblocked, LogLevel.Information, "{Consumer}: {Topic}[{Partition}] goes on: offset {Offset} was handled at attempt {Attempt}", EventName = nameof(EventIds.RecordUnblocked))]
    public static partial void Unblocked(ILogger logger, string consumer, string topic, int partition, long offset, int attempt);

    [LoggerMessage(EventIds.RecordSkipped, LogLevel.Error, "{Consumer}: the record at {Topic}[{Partition}] offset {Offset} is given up after attempt {Attempt} ({Reason}; WhenExhausted is Skip); it will be committed without having been handled", EventName = nameof(EventIds.RecordSkipped))]
    public static partial void Skipped(ILogger logger, Exception? exception, string consumer, string topic, int partition, long offset, int attempt, string reason);

    [LoggerMessage(EventIds.PipelineFailed, LogLevel.Error, "{Consumer}: the resilience pipeline threw at {Topic}[{Partition}] offset {Offset} after attempt {Attempt} ({Reason}); the record counts as handled if that attempt succeeded, fails for good if it failed permanently, and else holds its partition", EventName = nameof(EventIds.PipelineFailed))]
    public static partial void PipelineFailed(ILogger logger, Exception exception, string consumer, string topic, int partition, long offset, int attempt, string reason);

    [LoggerMessage(EventIds.HandlerNotMade, LogLevel.Error, "{Consumer}: {Handler} cannot be made for {Topic}[{Partition}] offset {Offset} ({Reason}); the record is not at fault and is not given up, whatever WhenExhausted says; it is tried again in {Delay} and nothing behind it is handled before that", EventName = nameof(EventIds.HandlerNotMade))]
    public static partial void HandlerNotMade(ILogger logger, Exception? exception, string consumer, string handler, string topic, int partition, long offset, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.HandlerStillNotMade, LogLevel.Warning, "{Consumer}: {Handler} still cannot be made for {Topic}[{Partition}] offset {Offset} after attempt {Attempt} ({Reason}); it is tried again in {Delay}", EventName = nameof(EventIds.HandlerStillNotMade))]
    public static partial void HandlerStillNotMade(ILogger logger, string consumer, string handler, string topic, int partition, long offset, int attempt, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.AttemptRefused, LogLevel.Warning, "{Consumer}: the pipeline {Pipeline} does not let {Topic}[{Partition}] offset {Offset} be tried ({Reason}); the record is not given up without an attempt; the pipeline is asked again in {Delay}", EventName = nameof(EventIds.AttemptRefused))]
    public static partial void AttemptRefused(ILogger logger, string consumer, string? pipeline, string topic, int partition, long offset, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.RecordStopsHost, LogLevel.Critical, "{Consumer}: the record at {Topic}[{Partition}] offset {Offset} failed for good at attempt {Attempt} ({Reason}; WhenExhausted is StopHost); it is not committed and the host stops", EventName = nameof(EventIds.RecordStopsHost))]
    public static partial void StopsHost(ILogger logger, Exception? exception, string consumer, string topic, int partition, long offset, int attempt, string reason);
}
