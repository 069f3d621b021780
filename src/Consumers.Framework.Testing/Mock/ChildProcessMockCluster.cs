using System.Globalization;
using Confluent.Kafka;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// A mock cluster in a process of its own: one line of text for each command, one for its answer. Calls are made one at a time.
/// </summary>
internal sealed class ChildProcessMockCluster : IMockCluster
{
    private readonly ChildProcess _child;

    private ChildProcessMockCluster(ChildProcess child, string bootstrapServers)
    {
        _child = child;
        BootstrapServers = bootstrapServers;
    }

    public string BootstrapServers { get; }

    public int ProcessId => _child.Id;

    public static ChildProcessMockCluster Start(MockClusterStart start)
    {
        var child = ChildProcess.Start(start.ToArguments());
        try
        {
            // The first line comes without a question: the child is up.
            return new ChildProcessMockCluster(child, MockProtocol.Result(child.ReadLine()));
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    public ErrorCode CreateTopic(string topic, int partitions, int replicationFactor) => Run(MockCommand.CreateTopic, topic, partitions, replicationFactor);

    public ErrorCode DeleteTopic(string topic) => Run(MockCommand.DeleteTopic, topic);

    public ErrorCode DeleteRecords(string topic, int partition, long beforeOffset) => Run(MockCommand.DeleteRecords, topic, partition, beforeOffset);

    public ErrorCode FailNext(KafkaApi api, ErrorCode error) => Run(MockCommand.FailNext, (short)api, (int)error);

    public ErrorCode FailNextOnBroker(int broker, KafkaApi api, ErrorCode error, int roundTripMs) =>
        Run(MockCommand.FailNextOnBroker, broker, (short)api, (int)error, roundTripMs);

    public ErrorCode FailNextOnPartition(string topic, int partition, KafkaApi api, ErrorCode error) =>
        Run(MockCommand.FailNextOnPartition, topic, partition, (short)api, (int)error);

    public void ClearErrors(KafkaApi api) => Run(MockCommand.ClearErrors, (short)api);

    public ErrorCode SetBrokerDown(int broker) => Run(MockCommand.SetBrokerDown, broker);

    public ErrorCode SetBrokerUp(int broker) => Run(MockCommand.SetBrokerUp, broker);

    public ErrorCode SetRoundTrip(int broker, int roundTripMs) => Run(MockCommand.SetRoundTrip, broker, roundTripMs);

    public ErrorCode SetLeader(string topic, int partition, int broker) => Run(MockCommand.SetLeader, topic, partition, broker);

    public ErrorCode SetCoordinator(string keyType, string key, int broker) => Run(MockCommand.SetCoordinator, keyType, key, broker);

    public void StartRequestTracking() => Run(MockCommand.StartRequestTracking);

    public void StopRequestTracking() => Run(MockCommand.StopRequestTracking);

    public IReadOnlyList<KafkaRequest> GetRequests() => MockProtocol.ParseRequests(Ask(MockCommand.GetRequests));

    public void Dispose() => _child.Dispose();

    private ErrorCode Run(MockCommand command, params ReadOnlySpan<object> arguments) =>
        (ErrorCode)int.Parse(Ask(command, arguments), CultureInfo.InvariantCulture);

    private string Ask(MockCommand command, params ReadOnlySpan<object> arguments)
    {
        _child.WriteLine(MockProtocol.Line(command, arguments));
        return MockProtocol.Result(_child.ReadLine());
    }
}
