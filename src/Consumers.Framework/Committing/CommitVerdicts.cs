using Confluent.Kafka;

namespace Consumers.Framework.Committing;

/// <summary>Reads a commit's error code. Pure. The meaning of each code was measured on Apache Kafka 4.3.1, all protocols.</summary>
internal static class CommitVerdicts
{
    public static CommitVerdict Of(Error error) => error.IsFatal ? CommitVerdict.Fenced : error.Code switch
    {
        ErrorCode.NoError => CommitVerdict.Acknowledged,
        // The round that the commit was sent in is over (22), still open (27), or the member's epoch was bumped (113, KIP-848).
        ErrorCode.IllegalGeneration or ErrorCode.RebalanceInProgress or StaleMemberEpoch => CommitVerdict.Deferred,
        ErrorCode.UnknownMemberId => CommitVerdict.Lost,
        ErrorCode.FencedInstanceId or ErrorCode.UnreleasedInstanceId or ErrorCode.Local_Fatal => CommitVerdict.Fenced,
        _ => CommitVerdict.Failed,
    };

    /// <summary>
    /// Whether a request that failed with this as a whole may have failed for one of its partitions. What the client says itself, and
    /// what the broker says of the group or its coordinator, is true of any request.
    /// </summary>
    public static bool MayBeOfOnePartition(Error error) => !error.IsLocalError && error.Code is not (
        ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress
        or ErrorCode.GroupAuthorizationFailed or ErrorCode.InvalidGroupId or ErrorCode.RequestTimedOut);

    private const ErrorCode StaleMemberEpoch = (ErrorCode)113;
}
