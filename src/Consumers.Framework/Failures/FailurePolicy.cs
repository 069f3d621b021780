using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Handling;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consumers.Framework.Failures;

/// <summary>
/// Decides what becomes of a record whose handler failed: retry in place, then the consumer's exhausted policy. A record that could not be
/// tried, because its handler cannot be made or the pipeline refuses, is not given up: it waits. One for a consumer; used by all its lanes,
/// and immutable but for what it remembers of skips.
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
    /// <summary>Beyond any longest delay, and far from an overflow.</summary>
    private const int MaxDoublings = 30;

    /// <summary>Whether every record goes through <see cref="RunAsync"/>, not only those that failed.</summary>
    public bool RunsEveryRecord => isNamed;

    /// <summary>What the consumer has given up.</summary>
    public SkipHistory Skips { get; } = new(settings.Options.Health.SkippedFor, time);

    /// <param name="record">The record.</param>
    /// <param name="first">The first attempt's failure; null when the pipeline runs the first attempt too.</param>
    public async Task<RecordOutcome> RunAsync(IFailedRecord record, Exception? first)
    {
        var failure = first;
        for (var waits = 0; ; waits++)
        {
            var attempts = new PipelineAttempts(record, failure, OnFailure);
            if (failure is null || !IsPermanent(failure))
            {
                (failure, var isBroken) = await RunPipelineAsync(record, attempts).ConfigureAwait(false);
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
                OnFailure(record, failure);
            }

            if (failure is null)
            {
                if (waits > 0)
                {
                    Log.Unblocked(logger, settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt);
                }

                return RecordOutcome.Handled;
            }

            if (attempts.HasTried && failure is not HandlerNotMadeException)
            {
                return await ExhaustAsync(record, failure).ConfigureAwait(false);
            }

            if (!await WaitUntriedAsync(record, failure, waits).ConfigureAwait(false))
            {
                return RecordOutcome.Abandoned;
            }

            failure = null;
        }
    }

    /// <summary>Strategies, and what listens to them, are the user's code.</summary>
    /// <returns>Why the record failed, if it did; and whether the pipeline has thrown before it was decided.</returns>
    private async Task<(Exception? Failure, bool IsBroken)> RunPipelineAsync(IFailedRecord record, PipelineAttempts attempts)
    {
        try
        {
            var context = ResilienceContextPool.Shared.Get(settings.Name, record.Token);
            PipelineTelemetry.Mark(context);
            var outcome = await pipeline.ExecuteOutcomeAsync(
                static (context, attempts) => attempts.NextAsync(context.CancellationToken), context, attempts).ConfigureAwait(false);
            ResilienceContextPool.Shared.Return(context);
            return (attempts.Permanent ?? attempts.FailureOf(outcome.Exception), false);
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
            if (failure is HandlerNotMadeException notMade)
            {
                SayNotMade(record, notMade, isFirst: false, settings.Options.Failures.Retry.MaxDelay);
            }
            else
            {
                Log.StillBlocked(logger, settings.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(failure));
            }
        }
    }

    /// <summary>Whether the pipeline could not cure it by another attempt.</summary>
    public static bool IsPermanent(Exception failure) => failure is PermanentFailureException or RecordDecodingException or HandlerNotMadeException;

    /// <summary>
    /// The record was not tried, and the next one would not be either. So the partition holds at it, and it goes through the pipeline again:
    /// sooner at first, since most of it passes, then at the longest delay.
    /// </summary>
    /// <returns>False when the partition is taken away meanwhile.</returns>
    private Task<bool> WaitUntriedAsync(IFailedRecord record, Exception failure, int waits)
    {
        var retry = settings.Options.Failures.Retry;
        var delay = TimeSpan.FromTicks((long)Math.Min(retry.MaxDelay.Ticks, retry.Delay.Ticks * Math.Pow(2, Math.Min(waits, MaxDoublings))));
        if (failure is HandlerNotMadeException notMade)
        {
            SayNotMade(record, notMade, isFirst: waits == 0, delay);
        }
        else
        {
            Log.AttemptRefused(
                logger, settings.Name, settings.Options.Failures.Pipeline, record.Topic, record.Partition, record.Offset, FailureText.Of(failure), delay);
        }

        record.Block(failure);
        return DelayAsync(delay, record.Token);
    }

    private void SayNotMade(IFailedRecord record, HandlerNotMadeException failure, bool isFirst, TimeSpan delay)
    {
        var cause = failure.InnerException!;
        if (isFirst)
        {
            Log.HandlerNotMade(
                logger, cause, settings.Name, failure.Handler.Name, record.Topic, record.Partition, record.Offset, FailureText.Of(cause), delay);
        }
        else
        {
            Log.HandlerStillNotMade(
                logger, settings.Name, failure.Handler.Name, record.Topic, record.Partition, record.Offset, record.Attempt, FailureText.Of(cause), delay);
        }
    }

    private async Task<RecordOutcome> ExhaustAsync(IFailedRecord record, Exception failure)
    {
        switch (settings.Options.Failures.WhenExhausted)
        {
            case ExhaustedPolicy.Skip:
                metrics.Skipped(record.Topic, ErrorTypes.Of(failure));
                Skips.Add(new TopicPartitionOffset(record.Topic, record.Partition, record.Offset), FailureText.Of(failure));
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
        if (failure is HandlerNotMadeException)
        {
            // Said when it is known how long the record waits for it.
            metrics.Retried(record.Topic, ErrorTypes.Of(failure));
            return;
        }

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
