using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Telemetry;

/// <summary>
/// The spans of records. Any thread; an activity belongs to the lane that started it. A listener that throws costs the span, not the record.
/// </summary>
internal static class ConsumerActivities
{
    private static readonly ActivitySource? Source = CreateSource();

    /// <summary>Whether anybody listens. Ask before reading a record's headers for a span.</summary>
    public static bool Enabled => Source?.HasListeners() == true;

    /// <summary>Starts the span of one record and makes it current. It continues the producer's trace and has its baggage.</summary>
    /// <returns>The span; null when nobody listens or it is not sampled. End it with <see cref="Stop"/>.</returns>
    public static Activity? StartProcess(string consumer, string? group, TopicPartition topicPartition, long offset, Headers? headers)
    {
        if (Source is not { } source || !source.HasListeners())
        {
            return null;
        }

        try
        {
            // Whatever span is running here, the record is no part of it.
            Activity.Current = null;
            var activity = source.CreateActivity(
                $"process {topicPartition.Topic}", ActivityKind.Consumer, TraceContext.Read(headers), Tags(consumer, group, topicPartition, offset));
            if (activity is null)
            {
                return null;
            }

            // Before the start, because who is told of it may read the baggage.
            BaggageHeader.CopyTo(activity, headers);
            return activity.Start();
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's. The span that it broke may already be current.
            MakeCurrent(null);
            return null;
        }
    }

    /// <summary>Says that the record's handling failed.</summary>
    public static void Fail(Activity? activity, Exception exception)
    {
        activity?.SetTag(TagNames.ErrorType, ErrorTypes.Of(exception));
        activity?.SetStatus(ActivityStatusCode.Error, ExceptionText.MessageOf(exception));
    }

    /// <summary>What follows on this thread belongs to the span; null for none.</summary>
    public static void MakeCurrent(Activity? activity)
    {
        try
        {
            Activity.Current = activity;
        }
        catch (Exception)
        {
            // Activity.CurrentChanged is the user's, and is raised when the span has changed.
        }
    }

    /// <summary>Ends a span.</summary>
    public static void Stop(Activity? activity)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception)
        {
            // A listener's fault is not the pipeline's. The span is ended, but was not replaced as the current one.
            MakeCurrent(null);
        }
    }

    /// <returns>Null when a listener throws as it is asked whether it wants the source: then nobody gets spans, and no record fails for it.</returns>
    internal static ActivitySource? CreateSource()
    {
        try
        {
            return new ActivitySource(new ActivitySourceOptions(ConsumersTelemetry.SourceName)
            {
                Version = ConsumersTelemetry.Version,
                TelemetrySchemaUrl = ConsumersTelemetry.SchemaUrl,
            });
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static ActivityTagsCollection Tags(string consumer, string? group, TopicPartition topicPartition, long offset)
    {
        // Given at the start, because samplers read them.
        var tags = new ActivityTagsCollection
        {
            { TagNames.System, "kafka" },
            { TagNames.OperationName, "process" },
            { TagNames.OperationType, "process" },
            { TagNames.Destination, topicPartition.Topic },
            { TagNames.Partition, topicPartition.Partition.Value.ToString(CultureInfo.InvariantCulture) },
            { TagNames.Offset, offset },
            { TagNames.Consumer, consumer },
        };
        if (group is not null)
        {
            tags.Add(TagNames.Group, group);
        }

        return tags;
    }
}
