using Confluent.Kafka;
using Consumers.Framework.Configuration;

namespace Consumers.Framework.Polling;

/// <summary>
/// The broker's refusal of a member that has no assignor in common with all members of its group. The client lists one assignor only,
/// because it cannot list an eager and a cooperative one together. The members that are in the group notice nothing.
/// </summary>
internal static class MixedGroup
{
    public static bool IsMeantBy(Error error) => error.Code == ErrorCode.InconsistentGroupProtocol;

    /// <summary>What health says while it lasts.</summary>
    public static string Explain(KafkaConsumerOptions options) =>
        $"the group '{options.GroupId}' has members that do not use {AssignorOf(options)}, and the broker lets this one in when they have left " +
        $"({ErrorCode.InconsistentGroupProtocol})";

    public static PartitionAssignor AssignorOf(KafkaConsumerOptions options) => options.Assignor ?? PartitionAssignor.CooperativeSticky;
}
