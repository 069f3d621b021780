namespace Consumers.Framework.Testing;

/// <summary>The requests that the embedded broker serves, by their keys in Kafka's protocol.</summary>
public enum KafkaApi : short
{
    /// <summary>Records are written.</summary>
    Produce = 0,

    /// <summary>Records are read.</summary>
    Fetch = 1,

    /// <summary>First and last offsets are asked for.</summary>
    ListOffsets = 2,

    /// <summary>Topics, partitions and leaders are asked for.</summary>
    Metadata = 3,

    /// <summary>Offsets are committed.</summary>
    OffsetCommit = 8,

    /// <summary>Committed offsets are asked for.</summary>
    OffsetFetch = 9,

    /// <summary>The coordinator of a group or transaction is asked for.</summary>
    FindCoordinator = 10,

    /// <summary>A member joins its group (classic protocol).</summary>
    JoinGroup = 11,

    /// <summary>A member says that it is alive (classic protocol).</summary>
    Heartbeat = 12,

    /// <summary>A member leaves its group (classic protocol).</summary>
    LeaveGroup = 13,

    /// <summary>A member asks for its assignment (classic protocol).</summary>
    SyncGroup = 14,

    /// <summary>A client asks which requests the broker knows; the first request of each connection.</summary>
    ApiVersions = 18,

    /// <summary>An idempotent or transactional producer starts.</summary>
    InitProducerId = 22,

    /// <summary>The end offset of a leader epoch is asked for.</summary>
    OffsetForLeaderEpoch = 23,

    /// <summary>Partitions join a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>A group's offsets join a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>A transaction is committed or aborted.</summary>
    EndTxn = 26,

    /// <summary>Offsets are committed inside a transaction.</summary>
    TxnOffsetCommit = 28,

    /// <summary>Join, heartbeat, assignment and leave of the consumer protocol (KIP-848).</summary>
    ConsumerGroupHeartbeat = 68,
}
