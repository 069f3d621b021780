using Consumers.Framework.Interop;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// The functions of librdkafka's mock cluster, in the module that Confluent.Kafka has loaded. Immutable; created at first use.
/// </summary>
internal sealed unsafe class MockApi
{
    public static MockApi Instance => Holder.Value;

    public readonly delegate* unmanaged<nint> ConfNew = (delegate* unmanaged<nint>)Export("rd_kafka_conf_new");
    public readonly delegate* unmanaged<nint, byte*, byte*, byte*, nuint, int> ConfSet = (delegate* unmanaged<nint, byte*, byte*, byte*, nuint, int>)Export("rd_kafka_conf_set");
    public readonly delegate* unmanaged<nint, void> ConfDestroy = (delegate* unmanaged<nint, void>)Export("rd_kafka_conf_destroy");
    public readonly delegate* unmanaged<int, nint, byte*, nuint, nint> New = (delegate* unmanaged<int, nint, byte*, nuint, nint>)Export("rd_kafka_new");
    public readonly delegate* unmanaged<nint, void> Destroy = (delegate* unmanaged<nint, void>)Export("rd_kafka_destroy");
    public readonly delegate* unmanaged<nint, int, nint> ClusterNew = (delegate* unmanaged<nint, int, nint>)Export("rd_kafka_mock_cluster_new");
    public readonly delegate* unmanaged<nint, void> ClusterDestroy = (delegate* unmanaged<nint, void>)Export("rd_kafka_mock_cluster_destroy");
    public readonly delegate* unmanaged<nint, nint> Bootstraps = (delegate* unmanaged<nint, nint>)Export("rd_kafka_mock_cluster_bootstraps");
    public readonly delegate* unmanaged<nint, int, void> InitialRebalanceDelay = (delegate* unmanaged<nint, int, void>)Export("rd_kafka_mock_group_initial_rebalance_delay_ms");
    public readonly delegate* unmanaged<nint, int, void> ConsumerSessionTimeout = (delegate* unmanaged<nint, int, void>)Export("rd_kafka_mock_set_group_consumer_session_timeout_ms");
    public readonly delegate* unmanaged<nint, int, void> ConsumerHeartbeatInterval = (delegate* unmanaged<nint, int, void>)Export("rd_kafka_mock_set_group_consumer_heartbeat_interval_ms");
    public readonly delegate* unmanaged<nint, byte*, int, int, int> TopicCreate = (delegate* unmanaged<nint, byte*, int, int, int>)Export("rd_kafka_mock_topic_create");
    public readonly delegate* unmanaged<nint, byte*, int> TopicDelete = (delegate* unmanaged<nint, byte*, int>)Export("rd_kafka_mock_topic_delete");
    public readonly delegate* unmanaged<nint, byte*, int, long, int> DeleteRecords = (delegate* unmanaged<nint, byte*, int, long, int>)Export("rd_kafka_mock_partition_delete_records");
    public readonly delegate* unmanaged<nint, short, nuint, int*, void> PushErrors = (delegate* unmanaged<nint, short, nuint, int*, void>)Export("rd_kafka_mock_push_request_errors_array");
    public readonly delegate* unmanaged<nint, short, void> ClearErrors = (delegate* unmanaged<nint, short, void>)Export("rd_kafka_mock_clear_request_errors");
    public readonly delegate* unmanaged<nint, int, int> BrokerDown = (delegate* unmanaged<nint, int, int>)Export("rd_kafka_mock_broker_set_down");
    public readonly delegate* unmanaged<nint, int, int> BrokerUp = (delegate* unmanaged<nint, int, int>)Export("rd_kafka_mock_broker_set_up");
    public readonly delegate* unmanaged<nint, int, int, int> BrokerRoundTrip = (delegate* unmanaged<nint, int, int, int>)Export("rd_kafka_mock_broker_set_rtt");
    public readonly delegate* unmanaged<nint, byte*, int, int, int> SetLeader = (delegate* unmanaged<nint, byte*, int, int, int>)Export("rd_kafka_mock_partition_set_leader");
    public readonly delegate* unmanaged<nint, byte*, byte*, int, int> SetCoordinator = (delegate* unmanaged<nint, byte*, byte*, int, int>)Export("rd_kafka_mock_coordinator_set");
    public readonly delegate* unmanaged<nint, void> StartTracking = (delegate* unmanaged<nint, void>)Export("rd_kafka_mock_start_request_tracking");
    public readonly delegate* unmanaged<nint, void> StopTracking = (delegate* unmanaged<nint, void>)Export("rd_kafka_mock_stop_request_tracking");
    public readonly delegate* unmanaged<nint, nuint*, nint*> GetRequests = (delegate* unmanaged<nint, nuint*, nint*>)Export("rd_kafka_mock_get_requests");
    public readonly delegate* unmanaged<nint*, nuint, void> DestroyRequests = (delegate* unmanaged<nint*, nuint, void>)Export("rd_kafka_mock_request_destroy_array");
    public readonly delegate* unmanaged<nint, int> RequestBroker = (delegate* unmanaged<nint, int>)Export("rd_kafka_mock_request_id");
    public readonly delegate* unmanaged<nint, short> RequestApi = (delegate* unmanaged<nint, short>)Export("rd_kafka_mock_request_api_key");
    public readonly delegate* unmanaged<nint, long> RequestTimestamp = (delegate* unmanaged<nint, long>)Export("rd_kafka_mock_request_timestamp");

    // Variadic in C, declared here with one error. On x64 and on arm64 but Apple's, integer arguments of a variadic function travel like
    // those of any other, so the call is the same; InProcessMockCluster refuses it on Apple's.
    public readonly delegate* unmanaged<nint, int, short, nuint, int, int, int> PushBrokerError = (delegate* unmanaged<nint, int, short, nuint, int, int, int>)Export("rd_kafka_mock_broker_push_request_error_rtts");
    public readonly delegate* unmanaged<nint, byte*, int, short, nuint, int, int> PushPartitionError = (delegate* unmanaged<nint, byte*, int, short, nuint, int, int>)Export("rd_kafka_mock_partition_push_request_errors");

    private MockApi()
    {
    }

    private static nint Export(string name) => LibrdkafkaModule.GetExport(name);

    private static class Holder
    {
        internal static readonly MockApi Value = new();
    }
}
