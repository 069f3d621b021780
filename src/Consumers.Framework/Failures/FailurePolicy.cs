using Consumers.Framework.Configuration;
using Consumers.Framework.Handling;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consumers.Framework.Failures;

/// <summary>
/// Decides what becomes of a record whose handler failed: retry in place, then the consumer's exhausted policy. One for a consumer;
/// immutable, used by all its lanes.
/// </summary>
/// <param name="settings">The consumer's settings.</param>
/// <param name="pipeline">The resilience pipeline that runs the attempts.</param>
/// <param name="isNamed">Whether the pipeline is the user's: then it runs first attempts too, since it may hold a timeout or a limit.</param>
/// <param name="hostStopper">Stops the host.</param>
/// <param name="metrics">The consumer's instruments.</param>
/// <param name="time">The clock of the delays.</param>
/// <param name="logger">The consumer's logger.</param>
internal sealed class FailurePolicy(
    ConsumerSettings settings,
    ResiliencePipeline pipeline,
    bool isNamed,
    IHostStopper hostStopper,
    ConsumerMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>Whether every record goes through <see cref="RunAsync"/>, not only those that failed.</summary>
    public bool RunsEveryRecord => isNamed;

    /// <param name="record">The record.</param>
    /// <param name="first">The first attempt's failure; null when the pipeline runs the first attempt too.</param>
    public async Task<RecordOutcome> RunAsync(IFailedRecord record, Exception? first)
    {
        var failure = first;
        if (first is null || !IsPermanent(first))
        {
            var attempts = new PipelineAttempts(record, first, OnFailure);
            (failure, var isBroken) = await ExecuteAsync(record, attempts).ConfigureAwait(false);
            if (attempts.IsAbandoned || (failure is not null && record.Token.IsCancellationRequested))
            {
                return RecordOutcome.Abandoned;
            }

            if (isBroken)
            {
                // A pipeline that throws has decided nothing: the record stays uncommitted and holds its partition.
                return await HoldAsync(record, failure!).ConfigureAwait(false);
            }
        }
        else
        {
            OnFailure(record, first);
        }

        return failure is null ? RecordOutcome.Handled : await ExhaustAsync(record, failure).ConfigureAwait(false);
    }

    /// <summary>The partition holds at the record, which is tried again at the longest delay until it succeeds or the partition goes.</summary>
    public async Task<RecordOutcome> HoldAsync(IFailedRecord record, Exception failure)
    {
        metrics.Blocked(record.Topic);
        Log.Blocked(
            logger, Loggable(failure), settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure),
            settings.Options.Failures.Retry.MaxDelay);
        while (true)
        {
            record.Block(failure);
            if (!await DelayAsync(settings.Options.Failures.Retry.MaxDelay, record.Token).ConfigureAwait(false))
            {
                return RecordOutcome.Abandoned;
            }

            var result = await record.TryAgainAsync(record.Token).ConfigureAwait(false);
            if (result.IsAbandoned)
            {
                return RecordOutcome.Abandoned;
            }

            if (result.Failure is null)
            {
                Log.Unblocked(logger, settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt);
                return RecordOutcome.Handled;
            }

            failure = result.Failure;
            Log.StillBlocked(logger, settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure));
        }
    }

    /// <summary>Strategies, and what listens to them, are the user's code.</summary>
    /// <returns>Why the record failed, if it did; and whether the pipeline has thrown before it was decided.</returns>
    private async ValueTask<(Exception? Failure, bool IsBroken)> ExecuteAsync(IFailedRecord record, PipelineAttempts attempts)
    {
        try
        {
            var context = ResilienceContextPool.Shared.Get(settings.Name, record.Token);
            var outcome = await pipeline.ExecuteOutcomeAsync(
                static (context, attempts) => attempts.NextAsync(context.CancellationToken), context, attempts).ConfigureAwait(false);
            ResilienceContextPool.Shared.Return(context);
            return (attempts.Permanent ?? outcome.Exception, false);
        }
        catch (Exception thrown)
        {
            Log.PipelineFailed(logger, thrown, settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(thrown));

            // An attempt that has succeeded, or that no other can better, has decided all the same.
            return attempts.HasSucceeded ? (null, false)
                : attempts.Permanent is { } permanent ? (permanent, false)
                : (attempts.Last ?? thrown, true);
        }
    }

    private static bool IsPermanent(Exception failure) => failure is PermanentFailureException or RecordDecodingException;

    private async Task<RecordOutcome> ExhaustAsync(IFailedRecord record, Exception failure)
    {
        switch (settings.Options.Failures.WhenExhausted)
        {
            case ExhaustedPolicy.Skip:
                metrics.Skipped(record.Topic, ErrorTypes.Of(failure));
                Log.Skipped(logger, Loggable(failure), settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure));
                return RecordOutcome.Skipped;

            case ExhaustedPolicy.StopHost:
                record.Block(failure);
                Log.StopsHost(logger, Loggable(failure), settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure));
                hostStopper.Stop();
                await DelayAsync(Timeout.InfiniteTimeSpan, record.Token).ConfigureAwait(false);
                return RecordOutcome.Abandoned;

            default:
                return await HoldAsync(record, failure).ConfigureAwait(false);
        }
    }

    private void OnFailure(IFailedRecord record, Exception failure)
    {
        if (!IsPermanent(failure))
        {
            metrics.Retried(record.Topic, ErrorTypes.Of(failure));
        }

        Log.AttemptFailed(logger, Loggable(failure), settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure));
    }

    /// <summary>What a deserializer threw may quote the payload, and payloads are never logged; our own message of it does not.</summary>
    private static Exception? Loggable(Exception failure) => failure is RecordDecodingException ? null : failure;

    /// <returns>False when the wait was cut short because the partition is taken away.</returns>
    private async Task<bool> DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
