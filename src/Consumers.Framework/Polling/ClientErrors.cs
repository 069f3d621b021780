using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>Says, in health and in the log, what the client reports and goes on trying. Poll thread only.</summary>
internal sealed class ClientErrors(WorkerScope scope, StartPositions starts, TopicHints hints)
{
    /// <summary>A connection failed.</summary>
    public void ConnectionFailed(Error error)
    {
        if (error.Code is ErrorCode.Local_Transport or ErrorCode.Local_Resolve)
        {
            // One broker of several, or one that ends an idle connection, is the client's business; its log tells.
            scope.Status.ReportBrokerError($"{error.Code}: {error.Reason}");
            return;
        }

        if (scope.Status.ReportConnectionError($"{error.Code}: {error.Reason}"))
        {
            Log.ConnectionFailed(scope.Logger, scope.Consumer, scope.Index, error.Code, error.Reason);
        }
    }

    /// <summary>A topic or the group failed.</summary>
    public void SubscriptionFailed(Error error, TopicPartition? topicPartition)
    {
        var text = $"{topicPartition?.Topic ?? "the group"}: {error.Code}: {error.Reason}";
        if (error.Code == ErrorCode.UnknownTopicOrPart && topicPartition is not null)
        {
            starts.Gone(topicPartition.Topic);
            text = hints.Unknown(topicPartition.Topic, text);
        }

        if (MixedGroup.IsMeantBy(error))
        {
            if (scope.Status.ReportSubscriptionError(MixedGroup.Explain(scope.Options)))
            {
                Log.MixedGroup(scope.Logger, scope.Consumer, scope.Index, scope.Options.GroupId, MixedGroup.AssignorOf(scope.Options), error.Reason);
            }

            return;
        }

        if (scope.Status.ReportSubscriptionError(text))
        {
            Log.SubscriptionFailed(scope.Logger, scope.Consumer, scope.Index, topicPartition?.Topic ?? "the group", error.Code, error.Reason);
        }
    }

    /// <summary>A record cannot be read; what becomes of it is the failure policy's.</summary>
    public void Unreadable(TopicPartitionOffset position, Error error) => Log.Unreadable(
        scope.Logger, scope.Consumer, scope.Index, position.Topic, position.Partition.Value, position.Offset.Value, error.Code, error.Reason, scope.Options.Failures.WhenExhausted);
}
