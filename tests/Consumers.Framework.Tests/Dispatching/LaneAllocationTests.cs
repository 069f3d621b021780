using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Decoding;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>A record of a singleton handler that completes at once costs no allocation between the poll and the commit.</summary>
public sealed class LaneAllocationTests
{
    /// <summary>What may be allocated in all, whatever the number of records: 0.01 bytes each where there are a million.</summary>
    private const int Bound = 10_000;

    [Theory]
    [InlineData(CommitStrategy.Async, RecordOrdering.Partition, 1_000_000, false)]
    [InlineData(CommitStrategy.Sync, RecordOrdering.Partition, 1_000_000, false)]
    [InlineData(CommitStrategy.PerRecord, RecordOrdering.Partition, 100_000, false)]
    [InlineData(CommitStrategy.AtMostOnce, RecordOrdering.Partition, 100_000, false)]
    [InlineData(CommitStrategy.Async, RecordOrdering.Key, 100_000, false)]
    [InlineData(CommitStrategy.Async, RecordOrdering.Partition, 1_000_000, true)]
    public void Run_NoOpHandler_AllocatesNothing(CommitStrategy strategy, RecordOrdering ordering, int records, bool isGuarded)
    {
        var handler = new Counting();
        var executor = new InlineExecutor();
        using var world = new World(
            options => (options.Commit.Strategy, options.Ordering, options.MaxHandlerDuration) =
                (strategy, ordering, isGuarded ? TimeSpan.FromMinutes(1) : null),
            executor,
            reader: new StillReader(),
            invoker: Invokers.Singleton<RawPayload>(handler, RawPayloadDecoder.Instance, Settings.Create()));
        var lease = world.Open();
        var batch = new FetchedRecord[500];
        Feed(lease, executor, batch, 0, 50_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed(lease, executor, batch, 50_000, records);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Bound);
        Assert.Equal((50_000 + records, 2 * (50_000 + records)), (handler.Count, handler.Bytes));
    }

    private static void Feed(PartitionLease lease, InlineExecutor executor, FetchedRecord[] batch, long from, int count)
    {
        for (var start = from; start < from + count; start += batch.Length)
        {
            for (var index = 0; index < batch.Length; index++)
            {
                batch[index] = new FetchedRecord(start + index, 1, 2, StillReader.Message);
            }

            lease.Receive(batch);
            do
            {
                executor.RunAll();
            }
            while (World.Commit(lease) is not null);
        }
    }

    private sealed class Counting : IKafkaHandler<RawPayload>
    {
        public long Count { get; private set; }

        public long Bytes { get; private set; }

        public ValueTask HandleAsync(RawPayload message, ConsumeContext context, CancellationToken cancellationToken)
        {
            Count++;
            Bytes += message.Length;
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>One payload for all records, and nothing noted.</summary>
    private sealed class StillReader : RecordReader
    {
        public static readonly object Message = new();
        private static readonly byte[] Payload = [1, 2];

        public override bool HasKey(scoped in FetchedRecord record) => true;

        public override ReadOnlySpan<byte> Key(scoped in FetchedRecord record) => Payload;

        public override bool HasValue(scoped in FetchedRecord record) => true;

        public override ReadOnlySpan<byte> Value(scoped in FetchedRecord record) => Payload;

        public override Headers Headers(scoped in FetchedRecord record) => EmptyHeaders.Shared;

        public override Timestamp Timestamp(scoped in FetchedRecord record) => default;

        public override void Release(scoped in FetchedRecord record)
        {
        }
    }
}
