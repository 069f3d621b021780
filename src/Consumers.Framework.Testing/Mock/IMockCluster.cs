using Confluent.Kafka;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// The commands of a mock cluster. Arguments are valid already: whatever would crash the native code is refused before.
/// Calls are made one at a time.
/// </summary>
internal interface IMockCluster : IDisposable
{
    string BootstrapServers { get; }

    ErrorCode CreateTopic(string topic, int partitions, int replicationFactor);

    ErrorCode DeleteTopic(string topic);

    ErrorCode DeleteRecords(string topic, int partition, long beforeOffset);

    ErrorCode FailNext(KafkaApi api, ErrorCode error);

    ErrorCode FailNextOnBroker(int broker, KafkaApi api, ErrorCode error, int roundTripMs);

    ErrorCode FailNextOnPartition(string topic, int partition, KafkaApi api, ErrorCode error);

    void ClearErrors(KafkaApi api);

    ErrorCode SetBrokerDown(int broker);

    ErrorCode SetBrokerUp(int broker);

    ErrorCode SetRoundTrip(int broker, int roundTripMs);

    ErrorCode SetLeader(string topic, int partition, int broker);

    ErrorCode SetCoordinator(string keyType, string key, int broker);

    void StartRequestTracking();

    void StopRequestTracking();

    IReadOnlyList<KafkaRequest> GetRequests();
}
