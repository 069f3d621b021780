using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Confluent.Kafka;

namespace Consumers.Framework.Testing.Mock;

/// <summary>A mock cluster in this process, on a native client of its own. Calls are made one at a time, none after Dispose.</summary>
internal sealed unsafe class InProcessMockCluster : IMockCluster
{
    private const int ErrorTextSize = 512;

    private readonly MockApi _api = MockApi.Instance;
    private nint _client;
    private nint _cluster;

    public InProcessMockCluster(MockClusterStart start)
    {
        _client = CreateClient();
        _cluster = _api.ClusterNew(_client, start.Brokers);
        if (_cluster == 0)
        {
            _api.Destroy(_client);
            throw new EmbeddedKafkaException($"The embedded broker could not open {start.Brokers} listeners on 127.0.0.1.");
        }

        _api.InitialRebalanceDelay(_cluster, start.GroupInitialRebalanceDelayMs);
        _api.ConsumerSessionTimeout(_cluster, start.SessionTimeoutMs);
        _api.ConsumerHeartbeatInterval(_cluster, start.HeartbeatIntervalMs);
        BootstrapServers = Marshal.PtrToStringUTF8(_api.Bootstraps(_cluster))!;
    }

    public string BootstrapServers { get; }

    public ErrorCode CreateTopic(string topic, int partitions, int replicationFactor)
    {
        using var name = new NativeText(topic);
        return (ErrorCode)_api.TopicCreate(_cluster, name.Pointer, partitions, replicationFactor);
    }

    public ErrorCode DeleteTopic(string topic)
    {
        using var name = new NativeText(topic);
        return (ErrorCode)_api.TopicDelete(_cluster, name.Pointer);
    }

    public ErrorCode DeleteRecords(string topic, int partition, long beforeOffset)
    {
        using var name = new NativeText(topic);
        return (ErrorCode)_api.DeleteRecords(_cluster, name.Pointer, partition, beforeOffset);
    }

    public ErrorCode FailNext(KafkaApi api, ErrorCode error)
    {
        var code = (int)error;
        _api.PushErrors(_cluster, (short)api, 1, &code);
        return ErrorCode.NoError;
    }

    public ErrorCode FailNextOnBroker(int broker, KafkaApi api, ErrorCode error, int roundTripMs)
    {
        RefuseAppleArm();
        return (ErrorCode)_api.PushBrokerError(_cluster, broker, (short)api, 1, (int)error, roundTripMs);
    }

    public ErrorCode FailNextOnPartition(string topic, int partition, KafkaApi api, ErrorCode error)
    {
        RefuseAppleArm();
        using var name = new NativeText(topic);
        return (ErrorCode)_api.PushPartitionError(_cluster, name.Pointer, partition, (short)api, 1, (int)error);
    }

    public void ClearErrors(KafkaApi api) => _api.ClearErrors(_cluster, (short)api);

    public ErrorCode SetBrokerDown(int broker) => (ErrorCode)_api.BrokerDown(_cluster, broker);

    public ErrorCode SetBrokerUp(int broker) => (ErrorCode)_api.BrokerUp(_cluster, broker);

    public ErrorCode SetRoundTrip(int broker, int roundTripMs) => (ErrorCode)_api.BrokerRoundTrip(_cluster, broker, roundTripMs);

    public ErrorCode SetLeader(string topic, int partition, int broker)
    {
        using var name = new NativeText(topic);
        return (ErrorCode)_api.SetLeader(_cluster, name.Pointer, partition, broker);
    }

    public ErrorCode SetCoordinator(string keyType, string key, int broker)
    {
        using var type = new NativeText(keyType);
        using var name = new NativeText(key);
        return (ErrorCode)_api.SetCoordinator(_cluster, type.Pointer, name.Pointer, broker);
    }

    public void StartRequestTracking() => _api.StartTracking(_cluster);

    public void StopRequestTracking() => _api.StopTracking(_cluster);

    public IReadOnlyList<KafkaRequest> GetRequests()
    {
        nuint count;
        var requests = _api.GetRequests(_cluster, &count);
        var result = new KafkaRequest[(int)count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new KafkaRequest(
                _api.RequestBroker(requests[i]),
                (KafkaApi)_api.RequestApi(requests[i]),
                TimeSpan.FromMicroseconds(_api.RequestTimestamp(requests[i])));
        }

        if (requests is not null)
        {
            _api.DestroyRequests(requests, count);
        }

        return result;
    }

    public void Dispose()
    {
        if (_client == 0)
        {
            return;
        }

        _api.ClusterDestroy(_cluster);
        _api.Destroy(_client);
        _cluster = 0;
        _client = 0;
    }

    private static void RefuseAppleArm()
    {
        if (OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
        {
            throw new PlatformNotSupportedException(
                "Errors of one broker or partition cannot be injected on macOS arm64: librdkafka takes them as variadic arguments. Use FailNext.");
        }
    }

    private nint CreateClient()
    {
        var text = stackalloc byte[ErrorTextSize];
        var conf = _api.ConfNew();

        // Severity 2 and worse: the client has no bootstrap servers, says so as a warning, and needs none.
        using (var key = new NativeText("log_level"))
        using (var value = new NativeText("2"))
        {
            _ = _api.ConfSet(conf, key.Pointer, value.Pointer, text, ErrorTextSize);
        }

        var client = _api.New(0, conf, text, ErrorTextSize);
        if (client == 0)
        {
            _api.ConfDestroy(conf);
            throw new EmbeddedKafkaException($"librdkafka refused the embedded broker's client: {Marshal.PtrToStringUTF8((nint)text)}");
        }

        return client;
    }

    private readonly ref struct NativeText(string text)
    {
        public byte* Pointer { get; } = Utf8StringMarshaller.ConvertToUnmanaged(text);

        public void Dispose() => Utf8StringMarshaller.Free(Pointer);
    }
}
