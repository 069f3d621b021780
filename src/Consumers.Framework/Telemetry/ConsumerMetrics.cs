using System.Diagnostics;
using System.Diagnostics.Metrics;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Telemetry;

/// <summary>
/// What one consumer measures. Any thread. Without a listener a call costs one check; with one it allocates nothing per record. A
/// listener that throws is left alone: a measurement is lost, not a record.
/// </summary>
internal sealed class ConsumerMetrics : IDisposable
{
    private readonly Meter? _ownMeter;
    private readonly Counter<long>? _consumed;
    private readonly Histogram<double>? _processDuration;
    private readonly Histogram<double>? _operationDuration;
    private readonly Counter<long>? _commits;
    private readonly Counter<long>? _rebalances;
    private readonly Counter<long>? _rebalancedPartitions;
    private readonly Histogram<double>? _rebalanceDuration;
    private readonly Counter<long>? _retries;
    private readonly Counter<long>? _skipped;
    private readonly Counter<long>? _blocked;
    private readonly Counter<long>? _stale;
    private readonly Counter<long>? _abandoned;
    private readonly Counter<long>? _resets;
    private readonly Counter<long>? _resetRecords;
    private readonly Counter<long>? _overdue;
    private readonly ConsumerTags _tags;
    private readonly ConsumerTags _processTags;
    private readonly ConsumerTags _pollTags;
    private readonly ConsumerTags _commitTags;

    /// <summary>Makes the instruments of one consumer.</summary>
    /// <param name="meterFactory">The host's meters; null makes a meter of its own.</param>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="group">Its group; null when it has none.</param>
    /// <param name="snapshot">What the gauges read, when somebody reads them.</param>
    public ConsumerMetrics(IMeterFactory? meterFactory, string consumer, string? group, Func<ConsumerSnapshot> snapshot)
    {
        var options = new MeterOptions(ConsumersTelemetry.MeterName)
        {
            Version = ConsumersTelemetry.Version,
            TelemetrySchemaUrl = ConsumersTelemetry.SchemaUrl,
        };
        var meter = Made(() => meterFactory?.Create(options));
        meter ??= _ownMeter = new Meter(options);

        _tags = new ConsumerTags(consumer, group);
        _processTags = new ConsumerTags(consumer, group, new KeyValuePair<string, object?>(TagNames.OperationName, "process"));
        _pollTags = new ConsumerTags(consumer, group, new KeyValuePair<string, object?>(TagNames.OperationName, "poll"));
        _commitTags = new ConsumerTags(
            consumer, group, new KeyValuePair<string, object?>(TagNames.OperationName, "commit"), new KeyValuePair<string, object?>(TagNames.OperationType, "settle"));

        _consumed = Made(() => meter.CreateCounter<long>(MetricNames.ConsumedMessages, "{message}", "Records that the client delivered to the consumer."));
        _processDuration = Made(() => meter.CreateHistogram(
            MetricNames.ProcessDuration, "s", "Duration of one attempt to handle a record, decoding included.", tags: null, DurationBuckets.Processing));
        _operationDuration = Made(() => meter.CreateHistogram(
            MetricNames.OperationDuration, "s", "Duration of a request to the broker: offset commits.", tags: null, DurationBuckets.Requests));
        _commits = Made(() => meter.CreateCounter<long>(MetricNames.Commits, "{commit}", "Offsets sent to be committed, one per partition of a request."));
        _rebalances = Made(() => meter.CreateCounter<long>(MetricNames.Rebalances, "{rebalance}", "Assignments, revocations and losses of partitions."));
        _rebalancedPartitions = Made(() => meter.CreateCounter<long>(MetricNames.RebalancedPartitions, "{partition}", "Partitions that were assigned, revoked or lost."));
        _rebalanceDuration = Made(() => meter.CreateHistogram(
            MetricNames.RebalanceDuration, "s", "Time in a rebalance callback: the drain and the final commit of a revocation.", tags: null, DurationBuckets.Rebalances));
        _retries = Made(() => meter.CreateCounter<long>(MetricNames.Retries, "{attempt}", "Failed attempts after which the record is tried again."));
        _skipped = Made(() => meter.CreateCounter<long>(MetricNames.SkippedMessages, "{message}", "Records that failed for good and were skipped by policy: lost."));
        _blocked = Made(() => meter.CreateCounter<long>(MetricNames.BlockedMessages, "{message}", "Records that failed for good and at which their partition stands."));
        _stale = Made(() => meter.CreateCounter<long>(
            MetricNames.StaleCompletions, "{message}", "Records whose handler returned after their partition was taken away: not committed."));
        _abandoned = Made(() => meter.CreateCounter<long>(
            MetricNames.AbandonedMessages, "{message}", "Records that were still in their handler when a drain budget ran out."));
        _resets = Made(() => meter.CreateCounter<long>(MetricNames.Resets, "{reset}", "Partitions whose position was not there any more and was chosen anew."));
        _resetRecords = Made(() => meter.CreateCounter<long>(MetricNames.ResetRecords, "{message}", "Offsets that a reset skipped, or went back over."));
        _overdue = Made(() => meter.CreateCounter<long>(
            MetricNames.OverdueMessages, "{message}", "Records whose handler was cancelled because an attempt took longer than MaxHandlerDuration."));
        ConsumerGauges.Create(meter, _tags, snapshot);
    }

    /// <summary>Whether it is worth taking the time of a handler.</summary>
    public bool ProcessEnabled => _processDuration is { Enabled: true };

    /// <summary>Records came from the client.</summary>
    public void Received(string topic, int count)
    {
        if (_consumed is { Enabled: true })
        {
            Add(_consumed, count, _pollTags.Topic(topic));
        }
    }

    /// <summary>One attempt to handle a record ended; <paramref name="errorType"/> is null when it succeeded.</summary>
    public void Processed(string topic, TimeSpan duration, string? errorType)
    {
        if (_processDuration is { Enabled: true })
        {
            Record(_processDuration, duration, _processTags.Topic(topic), errorType);
        }
    }

    /// <summary>A commit was answered, or given up; <paramref name="errorType"/> is null when it succeeded.</summary>
    public void Committed(TimeSpan duration, int partitions, string? errorType)
    {
        if (_operationDuration is { Enabled: true })
        {
            Record(_operationDuration, duration, _commitTags.Consumer, errorType);
        }

        if (_commits is { Enabled: true })
        {
            Add(_commits, partitions, _tags.Consumer, TagNames.ErrorType, errorType);
        }
    }

    /// <summary>A rebalance callback ended.</summary>
    /// <param name="kind"><c>assigned</c>, <c>revoked</c> or <c>lost</c>.</param>
    /// <param name="partitions">How many partitions it was about.</param>
    /// <param name="duration">The time in the callback.</param>
    public void Rebalanced(string kind, int partitions, TimeSpan duration)
    {
        if (_rebalances is { Enabled: true })
        {
            Add(_rebalances, 1, _tags.Consumer, TagNames.RebalanceKind, kind);
        }

        if (_rebalancedPartitions is { Enabled: true })
        {
            Add(_rebalancedPartitions, partitions, _tags.Consumer, TagNames.RebalanceKind, kind);
        }

        if (_rebalanceDuration is { Enabled: true })
        {
            Record(_rebalanceDuration, duration, ConsumerTags.With(_tags.Consumer, TagNames.RebalanceKind, kind));
        }
    }

    /// <summary>An attempt failed and the record will be tried again.</summary>
    public void Retried(string topic, string errorType) => AddFailure(_retries, topic, errorType);

    /// <summary>A record failed for good and was skipped.</summary>
    public void Skipped(string topic, string errorType) => AddFailure(_skipped, topic, errorType);

    /// <summary>A record failed for good and its partition stands at it.</summary>
    public void Blocked(string topic) => AddMessages(_blocked, topic, 1);

    /// <summary>Handlers returned for a lease that was closed before.</summary>
    public void StaleCompletion(string topic, int count) => AddMessages(_stale, topic, count);

    /// <summary>Records were in flight when the drain deadline passed.</summary>
    public void Abandoned(string topic, int count) => AddMessages(_abandoned, topic, count);

    /// <summary>A partition goes on elsewhere.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="policy">What chose the place.</param>
    /// <param name="skipped">Offsets that are never seen.</param>
    /// <param name="replayed">Offsets that are seen again.</param>
    public void PositionReset(string topic, string policy, long skipped, long replayed)
    {
        if (_resets is { Enabled: true })
        {
            Add(_resets, 1, _tags.Topic(topic), TagNames.ResetPolicy, policy);
        }

        if (_resetRecords is { Enabled: true })
        {
            Add(_resetRecords, skipped, _tags.Topic(topic), TagNames.ResetDirection, "skipped");
            Add(_resetRecords, replayed, _tags.Topic(topic), TagNames.ResetDirection, "replayed");
        }
    }

    /// <summary>An attempt took longer than it may and was cancelled.</summary>
    public void Overdue(string topic) => AddMessages(_overdue, topic, 1);

    /// <summary>Ends the meter if it is this consumer's own; the host ends those of its factory.</summary>
    public void Dispose()
    {
        try
        {
            _ownMeter?.Dispose();
        }
        catch (Exception)
        {
            // Listeners are told that there is nothing more to come; their fault is not the pipeline's.
        }
    }

    /// <summary>Listeners are told of each instrument as it is made. One that throws then leaves the consumer without that instrument.</summary>
    private static T? Made<T>(Func<T?> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (Exception)
        {
            return null;
        }
    }

    private void AddMessages(Counter<long>? counter, string topic, int count)
    {
        if (counter is { Enabled: true })
        {
            Add(counter, count, _tags.Topic(topic));
        }
    }

    private void AddFailure(Counter<long>? counter, string topic, string errorType)
    {
        if (counter is { Enabled: true })
        {
            Add(counter, 1, _tags.Topic(topic), TagNames.ErrorType, errorType);
        }
    }

    private static void Add(Counter<long> counter, long count, KeyValuePair<string, object?>[] tags, string name, string? value)
    {
        if (value is null)
        {
            Add(counter, count, tags);
            return;
        }

        try
        {
            counter.Add(count, ConsumerTags.With(tags, name, value));
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's.
        }
    }

    private static void Add(Counter<long> counter, long count, KeyValuePair<string, object?>[] tags)
    {
        try
        {
            counter.Add(count, tags);
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's.
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan duration, KeyValuePair<string, object?>[] tags, string? errorType)
    {
        if (errorType is not null)
        {
            Record(histogram, duration, ConsumerTags.With(tags, TagNames.ErrorType, errorType));
            return;
        }

        try
        {
            histogram.Record(duration.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's.
        }
    }

    private static void Record(Histogram<double> histogram, TimeSpan duration, in TagList tags)
    {
        try
        {
            histogram.Record(duration.TotalSeconds, tags);
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's.
        }
    }
}
