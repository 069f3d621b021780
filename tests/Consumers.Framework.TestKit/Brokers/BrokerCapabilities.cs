namespace Consumers.Framework.TestKit.Brokers;

/// <summary>What a broker can do that not every broker of the suite can.</summary>
[Flags]
public enum BrokerCapabilities
{
    /// <summary>Nothing more than the embedded broker.</summary>
    None = 0,

    /// <summary>Transactions, <c>read_committed</c> and offsets inside a transaction.</summary>
    Transactions = 1,

    /// <summary>Static members of the classic protocol, and their fencing.</summary>
    StaticMembership = 2,

    /// <summary>A commit inside the revocation of an eager assignor.</summary>
    EagerCommitInRevoke = 4,

    /// <summary>The Admin calls: create and describe topics, groups, configurations.</summary>
    AdminApi = 8,

    /// <summary>KIP-848.</summary>
    ConsumerProtocol = 16,

    /// <summary>Offsets by time.</summary>
    TimeLookup = 32,

    /// <summary>The topic <c>__consumer_offsets</c> can be read.</summary>
    OffsetsTopic = 64,

    /// <summary><see cref="RealKafkaBroker"/>'s Freeze, Thaw, Kill and Restart: the broker is a process of this machine.</summary>
    Process = 128,

    /// <summary>Records above 1 MB, and more of them than the embedded broker keeps.</summary>
    LargeData = 256,
}
