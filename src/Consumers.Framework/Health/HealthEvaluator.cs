using System.Globalization;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Health;

/// <summary>
/// Judges a consumer by its snapshot. Pure: no clock, no client. Any thread.
/// </summary>
/// <remarks>
/// Unhealthy readiness takes a replica out of service, so it is kept for what another replica does better: this member is dead, starting
/// again or leaving, or a handler does not come back to it. What every replica would meet alike (poison, lag, a broker outage) is Degraded.
/// Liveness fails only for what a restart of the process cures for certain.
/// </remarks>
internal static class HealthEvaluator
{
    /// <summary>Whether the consumer does its work.</summary>
    /// <param name="snapshot">The consumer.</param>
    /// <param name="options">Its thresholds.</param>
    /// <param name="hostStopping">Whether the host has begun to stop: a consumer that is stopped then is not stopped by choice.</param>
    public static HealthVerdict Readiness(ConsumerSnapshot snapshot, KafkaConsumerOptions options, bool hostStopping = false)
    {
        var findings = new HealthFindings();
        if (hostStopping)
        {
            findings.Unhealthy("The host is stopping: the consumer is draining or has left its group.");
        }

        if (snapshot.Paused)
        {
            findings.Degraded("Paused in code: nothing is fetched until it is resumed.");
        }

        foreach (var worker in snapshot.Workers)
        {
            JudgeState(worker, findings, hostStopping);
            JudgePolling(worker, options.MaxPollInterval, findings);
            JudgeClient(worker, options.Health, findings);
            foreach (var partition in worker.Partitions)
            {
                JudgePartition(partition, findings, snapshot.Paused);
                JudgeHandler(partition, options, findings);
            }
        }

        JudgeMaking(snapshot, findings);
        JudgeSkips(snapshot.Skipped, findings);
        if (options.Health.MaxLag is { } maxLag && snapshot.Lag > maxLag)
        {
            findings.Degraded(Invariant($"The lag is {snapshot.Lag} records; more than {maxLag} count as degraded."));
        }

        return findings.ToVerdict(HealthData.Readiness(snapshot));
    }

    /// <summary>Whether a restart of the process would help.</summary>
    /// <param name="snapshot">The consumer.</param>
    /// <param name="maxPollInterval">How long a poll thread may be away.</param>
    public static HealthVerdict Liveness(ConsumerSnapshot snapshot, TimeSpan maxPollInterval)
    {
        var findings = new HealthFindings();
        foreach (var worker in snapshot.Workers)
        {
            if (worker.State == WorkerState.Failed)
            {
                findings.Unhealthy(Failed(worker));
            }

            JudgePolling(worker, maxPollInterval, findings);
            foreach (var stalled in worker.Partitions.Where(static partition => partition.State == PartitionState.Stalled))
            {
                findings.Unhealthy(Stalled(stalled));
            }
        }

        return findings.ToVerdict(HealthData.Liveness(snapshot));
    }

    private static void JudgeState(WorkerSnapshot worker, HealthFindings findings, bool hostStopping)
    {
        switch (worker.State)
        {
            case WorkerState.Failed:
                findings.Unhealthy(Failed(worker));
                break;
            case WorkerState.Fenced:
                findings.Unhealthy(Invariant($"Worker {worker.Index} ({worker.GroupInstanceId ?? "dynamic member"}) was fenced by another member: {Cause(worker.Failure)}"));
                break;
            case WorkerState.Restarting:
                findings.Unhealthy(Invariant($"Worker {worker.Index} is starting again: {Cause(worker.Failure)}"));
                break;
            case WorkerState.Stopping when !hostStopping:
                findings.Unhealthy(Invariant($"Worker {worker.Index} is stopping: it drains, commits and leaves the group."));
                break;
            case WorkerState.Stopped when !hostStopping:
                findings.Degraded(Invariant($"Worker {worker.Index} is stopped: it has not been started, or was stopped in code."));
                break;
            case WorkerState.Starting:
                findings.Degraded(Invariant($"Worker {worker.Index} is waiting for its first assignment."));
                break;
        }
    }

    private static void JudgePolling(WorkerSnapshot worker, TimeSpan maxPollInterval, HealthFindings findings)
    {
        if (Polls(worker.State) && worker.SincePoll > maxPollInterval)
        {
            findings.Unhealthy(Invariant(
                $"Worker {worker.Index} last polled {Duration(worker.SincePoll)} ago; the group gives its partitions away after {Duration(maxPollInterval)}."));
        }
    }

    private static void JudgeClient(WorkerSnapshot worker, HealthOptions options, HealthFindings findings)
    {
        if (worker.CommitsFailingFor is { } failing && failing >= options.CommitsFailingAfter)
        {
            findings.Degraded(Invariant($"Worker {worker.Index} has had no commit acknowledged for {Duration(failing)}: {Cause(worker.CommitError)}"));
        }

        if (worker.ClientError is { } error)
        {
            findings.Degraded(Invariant($"Worker {worker.Index} reports a client error: {Cause(error)}"));
        }
    }

    private static void JudgePartition(PartitionSnapshot partition, HealthFindings findings, bool consumerPaused)
    {
        var name = HealthData.Name(partition);
        switch (partition.State)
        {
            case PartitionState.Blocked when partition.Failing is { } record:
                findings.Degraded(Invariant(
                    $"{name} is blocked at offset {record.Offset} since {Duration(record.Age)}, after {record.Attempts} attempts: {Cause(record.Reason)}"));
                break;
            case PartitionState.Blocked:
                findings.Degraded($"{name} is blocked by a record that failed for good.");
                break;
            case PartitionState.NoOffset:
                findings.Degraded($"{name} has no committed offset to start from, and AutoOffsetReset is None. Commit one, or choose Earliest or Latest.");
                break;
            case PartitionState.OutOfRange:
                findings.Degraded(Invariant(
                    $"{name} holds at offset {partition.HeldAt}, which is not there any more, and OutOfRange is Fail: {Cause(partition.HeldBecause)} {CommitAnother}, or choose Earliest, Latest or NearestByTime."));
                break;
            case PartitionState.ResetVetoed:
                findings.Degraded(Invariant(
                    $"{name} holds at offset {partition.HeldAt}, which is not there any more, and the reset is vetoed: {Cause(partition.HeldBecause)} {CommitAnother}, or raise the limit."));
                break;
            case PartitionState.Stalled:
                findings.Unhealthy(Stalled(partition));
                break;
            case PartitionState.WaitingForHandler when partition.OldestInFlightOffset is { } running:
                findings.Degraded(Invariant(
                    $"{name} came back while the handler of offset {running} from its earlier assignment was still running, for {Duration(partition.OldestInFlightAge)} by now; nothing starts before it returns."));
                break;
            case PartitionState.Paused when !consumerPaused:
                findings.Degraded($"{name} is paused in code.");
                break;
        }
    }

    /// <summary>A handler that cannot be made is one fault, however many partitions hold for it.</summary>
    private static void JudgeMaking(ConsumerSnapshot snapshot, HealthFindings findings)
    {
        var holding = snapshot.Workers
            .SelectMany(static worker => worker.Partitions)
            .Where(static partition => partition is { State: PartitionState.NoHandler, Failing: not null });
        foreach (var fault in holding.GroupBy(static partition => partition.Failing!.Reason, StringComparer.Ordinal))
        {
            var partitions = fault.ToList();
            var named = string.Join(", ", partitions.Take(MostNamed).Select(static partition => Invariant($"{HealthData.Name(partition)} at offset {partition.Failing!.Offset}")));
            var more = partitions.Count > MostNamed ? Invariant($" and {partitions.Count - MostNamed} more") : "";
            findings.Degraded(Invariant(
                $"{Cause(fault.Key)} Waiting for it since {Duration(partitions.Max(static partition => partition.Failing!.Age))}: {named}{more}; no record is given up for it."));
        }
    }

    private static void JudgeSkips(SkippedRecords? skipped, HealthFindings findings)
    {
        if (skipped is { Recent: > 0 })
        {
            findings.Degraded(Invariant(
                $"{skipped.Recent} {(skipped.Recent == 1 ? "record was" : "records were")} skipped in the last {Duration(skipped.RecentFor)} (Failures:WhenExhausted is Skip), the last at {HealthData.Name(skipped.Last.TopicPartition)} offset {skipped.Last.Offset.Value}, {Duration(skipped.LastAge)} ago: {Cause(skipped.LastReason)}"));
        }
    }

    private static void JudgeHandler(PartitionSnapshot partition, KafkaConsumerOptions options, HealthFindings findings)
    {
        if (partition.OldestInFlightOffset is not { } offset)
        {
            return;
        }

        var name = HealthData.Name(partition);
        var age = Duration(partition.OldestInFlightAge);
        if (partition.OldestInFlightCancelledFor is { } cancelledFor && options.MaxHandlerDuration is { } limit)
        {
            var cause = Invariant(
                $"{name} has a handler that MaxHandlerDuration ({Duration(limit)}) has cancelled and that does not return: offset {offset} has been in it for {age}.");
            if (cancelledFor < limit)
            {
                findings.Degraded(cause);
            }
            else
            {
                findings.Unhealthy(cause);
            }
        }
        else if (partition.OldestInFlightAge >= options.Health.StuckAfter)
        {
            findings.Degraded(Invariant(
                $"{name} has a handler that does not return: offset {offset} has been in it for {age}, {Duration(options.Health.StuckAfter)} count as stuck."));
        }
    }

    private const int MostNamed = 3;

    private const string CommitAnother = "Commit another offset for the group while its consumers are stopped";

    // Elsewhere the thread is not there, or waits inside a budget of its own.
    private static bool Polls(WorkerState state) =>
        state is WorkerState.Starting or WorkerState.Running or WorkerState.Standby or WorkerState.Rebalancing;

    private static string Failed(WorkerSnapshot worker) => Invariant($"Worker {worker.Index} failed and will not start again: {Cause(worker.Failure)}");

    private static string Stalled(PartitionSnapshot partition) => Invariant($"{HealthData.Name(partition)} stands at offset {partition.HeldAt}: {Cause(partition.HeldBecause)}");

    private static string Cause(string? text)
    {
        var cause = string.IsNullOrWhiteSpace(text) ? "no cause is known" : text.Trim();
        return cause[^1] is '.' or '!' or '?' ? cause : cause + ".";
    }

    private static string Duration(TimeSpan duration) => HealthData.Duration(duration);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
