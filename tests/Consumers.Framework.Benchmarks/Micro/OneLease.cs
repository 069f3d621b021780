using Confluent.Kafka;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Failures;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>One partition's way through the framework, without a client: what receives records, hands them over and says what to commit.</summary>
internal sealed class OneLease : IDisposable
{
    private readonly Message<byte[]?, byte[]?> _message = new() { Value = new byte[100] };
    private readonly HeldExecutor _executor = new();
    private readonly AutoResetEvent _spaceFreed = new(initialState: false);
    private readonly ConsumerMetrics _metrics;
    private readonly PartitionLease _lease;
    private readonly FetchedRecord[] _batch;
    private long _next;

    public OneLease(int batchSize)
    {
        _batch = new FetchedRecord[batchSize];
        var settings = new ConsumerSettings
        {
            Name = "orders",
            SectionPath = "Kafka:Consumers:orders",
            Options = new KafkaConsumerOptions { BootstrapServers = "none:1", Topics = ["orders"], GroupId = "billing" },
            CommitInterval = TimeSpan.FromMilliseconds(200),
            WorkerClients = [new Dictionary<string, string>()],
            NonDefaults = [],
        };
        _metrics = new ConsumerMetrics(null, settings.Name, settings.Options.GroupId, static () => throw new NotSupportedException());
        var scope = new WorkerScope
        {
            Settings = settings,
            Index = 0,
            Status = new WorkerStatus(TimeProvider.System),
            Metrics = _metrics,
            Time = TimeProvider.System,
            Logger = NullLogger.Instance,
        };
        var decoders = new DecoderRegistry(settings.Name, new DecoderRegistrations(), new ServiceCollection().BuildServiceProvider());
        _lease = new PartitionLease(new TopicPartition("orders", 0), epoch: 1, new LeaseEnvironment
        {
            Scope = scope,
            Reader = ManagedRecordReader.Instance,
            Holders = new PartitionHolders(),
            Drained = new DrainSignal(TimeProvider.System),
            SpaceFreed = _spaceFreed,
            WakePoll = static () => { },
            SignalCommit = static (_, _) => { },
            Lanes = new LaneEnvironment
            {
                Scope = scope,
                Reader = ManagedRecordReader.Instance,
                Executor = _executor,
                Decoders = decoders,
                Invoker = new RecordPipeline<RawPayload>(decoders.Value<RawPayload>(), new SingletonHandlerStep<RawPayload>(new RawHandler(), settings)),
                Failures = new FailurePolicy(
                    settings, ResiliencePipeline.Empty, isNamed: false, new NoHostStopper(), _metrics, TimeProvider.System, NullLogger.Instance),
            },
        });
    }

    /// <summary>Receives a batch, handles it and commits it.</summary>
    /// <returns>The committed offset.</returns>
    public long HandleBatch()
    {
        foreach (ref var record in _batch.AsSpan())
        {
            record = new FetchedRecord(_next++, leaderEpoch: 0, _message.Value!.Length, _message);
        }

        _lease.Receive(_batch);
        _executor.RunAll();
        var point = _lease.Commits.NextCommit() ?? throw new InvalidOperationException("Nothing was handled.");
        _lease.Commits.Acknowledge(point.NextOffset);
        return point.NextOffset == _next ? _next : throw new InvalidOperationException($"{point.NextOffset} of {_next} is handled.");
    }

    public void Dispose()
    {
        _executor.Dispose();
        _spaceFreed.Dispose();
        _metrics.Dispose();
    }
}
