using Confluent.Kafka;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Positions;

/// <summary>A partition that the client does not fetch, or shall not go on with, until it is put right. Poll thread only.</summary>
/// <param name="lease">The partition, as it was assigned then.</param>
/// <param name="offset">Where the client was.</param>
/// <param name="reason">Why it has stopped.</param>
internal sealed class StoppedPartition(PartitionLease lease, Offset offset, string reason)
{
    private const string MadeAnewReason = "the topic was deleted and created again";

    public PartitionLease Lease => lease;

    public Offset Offset => offset;

    public long? At => offset.IsSpecial ? null : offset.Value;

    public string Reason { get; private set; } = reason;

    /// <summary>The id of the topic that has come in the place of the lease's; null when it is the same.</summary>
    public string? NewTopicId { get; private set; }

    /// <summary>Whether the topic's id was compared.</summary>
    public bool IsCompared { get; set; }

    /// <summary>When the brokers had no answer; null when they were not asked.</summary>
    public long? DeferredAt { get; set; }

    /// <summary>The lease is of a topic that is gone. What it would commit are offsets of that, and the broker would take them for the new one's.</summary>
    public void IsMadeAnewAs(string topicId)
    {
        lease.Close(CloseReason.Lost);
        NewTopicId = topicId;
        Reason = MadeAnewReason;
    }
}
