namespace Consumers.Framework.Configuration;

/// <summary>The protocol by which members of a group share partitions.</summary>
public enum GroupProtocol
{
    /// <summary>Join and sync rounds led by one member.</summary>
    Classic,

    /// <summary>KIP-848 (Apache Kafka 4.0 and newer): the broker assigns; session, heartbeat and assignor are the broker's settings.</summary>
    Consumer,
}
