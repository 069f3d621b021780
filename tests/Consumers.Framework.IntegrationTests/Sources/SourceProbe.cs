using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;
using Consumers.Framework.Leases;
using Consumers.Framework.Polling;
using Consumers.Framework.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>A source without the stages behind it: what a poll brings is what the test sees. One thread, that of the test.</summary>
internal sealed class SourceProbe : ISourceEvents, IDisposable
{
    public const int Capacity = 1_000;

    private readonly PollBatch _batch;
    private bool _isClosed;

    public SourceProbe(PollingSource source, string bootstrapServers, Action<KafkaConsumerOptions>? configure = null, NativeClientOpener? open = null)
    {
        var options = new KafkaConsumerOptions { BootstrapServers = bootstrapServers, FetchMaxWait = TimeSpan.FromMilliseconds(10), GroupId = $"probe-{Guid.NewGuid():N}" };
        options.Polling.Source = source;
        configure?.Invoke(options);
        Source = new RecordSourceFactory(NullLoggerFactory.Instance, TimeProvider.System, open ?? NativeClient.TryOpen).Create(
            new ConsumerSettings
            {
                Name = "probe",
                SectionPath = "Kafka:Consumers:probe",
                Options = options,
                CommitInterval = TimeSpan.FromSeconds(1),
                WorkerClients = ClientSettings.Build("probe", options, null),
                NonDefaults = [],
            },
            worker: 0);
        _batch = new PollBatch(new LeaseTable(), Source.Reader, Capacity);
    }

    public IRecordSource Source { get; }

    public RecordReader Reader => Source.Reader;

    public List<IReadOnlyCollection<TopicPartition>> AssignedCalls { get; } = [];

    public List<TopicPartition> Owned { get; } = [];

    public List<Error> Errors { get; } = [];

    public void Assign(params IEnumerable<TopicPartitionOffset> partitions) => Source.Assign(partitions, this);

    public void Subscribe(params IEnumerable<string> topics) => Source.Subscribe(topics, this);

    /// <summary>One poll. The records are released when both callbacks have seen them.</summary>
    public int Poll(TimeSpan timeout, Action<TopicPartition, FetchedRecord>? onRecord = null, Action<TopicPartitionOffset>? onEnd = null)
    {
        try
        {
            Source.Poll(timeout, _batch);
            var count = _batch.Count;
            foreach (var (partition, records) in RecordsOf(_batch))
            {
                foreach (ref readonly var record in records.Records)
                {
                    onRecord?.Invoke(partition, record);
                }
            }

            foreach (var end in EndsOf(_batch))
            {
                onEnd?.Invoke(end);
            }

            return count;
        }
        finally
        {
            // No partition has a lease, so everything goes back to the source.
            _batch.HandOver(static (lease, _) => lease);
        }
    }

    public ReadRecord Read(in FetchedRecord record) => new(
        record.Offset, record.LeaderEpoch, record.Size,
        RecordHash.Of(Reader.HasKey(record), Reader.Key(record), Reader.HasValue(record), Reader.Value(record), Reader.Headers(record)),
        Reader.Timestamp(record));

    public void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Source.Close(leaveGroup: false);
        }
    }

    IReadOnlyList<TopicPartitionOffset> ISourceEvents.Assigned(IReadOnlyCollection<TopicPartition> partitions)
    {
        _batch.Discard(partitions);
        AssignedCalls.Add([.. partitions]);
        Owned.AddRange(partitions);

        // The group of a probe is its own and has committed nothing.
        return [.. partitions.Select(static partition => new TopicPartitionOffset(partition, Offset.Beginning))];
    }

    void ISourceEvents.Revoked(IReadOnlyCollection<TopicPartition> partitions)
    {
        _batch.Discard(partitions);
        Owned.RemoveAll(partitions.Contains);
    }

    void ISourceEvents.Lost(IReadOnlyCollection<TopicPartition> partitions) => ((ISourceEvents)this).Revoked(partitions);

    /// <summary>A single connection that fails is tried again by the client, and is no error of the reading.</summary>
    void ISourceEvents.ConnectionFailed(Error error)
    {
        if (error.Code is not (ErrorCode.Local_Transport or ErrorCode.Local_Resolve))
        {
            Errors.Add(error);
        }
    }

    void ISourceEvents.SubscriptionFailed(Error error, TopicPartition? topicPartition) => Errors.Add(error);

    void ISourceEvents.Unreadable(TopicPartitionOffset position, Error error) => Errors.Add(error);

    void ISourceEvents.Stopped(TopicPartitionOffset position, Error error) => Errors.Add(error);

    /// <summary>What a poll brought stands nowhere else before it is handed over.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_byPartition")]
    private static extern ref Dictionary<TopicPartition, RecordBuffer> RecordsOf(PollBatch batch);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_ends")]
    private static extern ref List<TopicPartitionOffset> EndsOf(PollBatch batch);
}
