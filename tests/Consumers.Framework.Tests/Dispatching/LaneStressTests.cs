using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Handling;
using Consumers.Framework.Leases;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Dispatching;

/// <summary>Real threads: lanes run while another thread receives, commits, drains and closes at random moments.</summary>
public sealed class LaneStressTests
{
    private const int Rounds = 150;

    [Theory]
    [InlineData(RecordOrdering.Partition, 1, false)]
    [InlineData(RecordOrdering.Partition, 1, true)]
    [InlineData(RecordOrdering.Partition, 2, true)]
    [InlineData(RecordOrdering.Key, 2, true)]
    [InlineData(RecordOrdering.None, 2, true)]
    public void Lease_TakenAwayAtARandomMoment_LosesRepeatsAndLeaksNothing(RecordOrdering ordering, int maxConcurrency, bool someAwait)
    {
        var reader = new PinningReader();
        var invoker = new Noting(someAwait);
        using var world = new World(
            options => (options.Ordering, options.MaxConcurrency) = (ordering, maxConcurrency),
            HandlerExecutor.Create(maxConcurrency, "stress"), TimeProvider.System, reader: reader, invoker: invoker);
        var random = new Random(4711);
        for (var round = 0; round < Rounds; round++)
        {
            var lease = world.Open(round);
            invoker.Begin();
            var received = 0;
            for (var batch = random.Next(1, 4); batch > 0; batch--)
            {
                var count = random.Next(1, 300);
                lease.Receive([.. Enumerable.Range(received, count).Select(offset => reader.Make(offset))]);
                received += count;
                Thread.SpinWait(random.Next(0, 20_000));
                World.Commit(lease);
            }

            var closesAtOnce = random.Next(3) == 0;
            if (!closesAtOnce)
            {
                lease.BeginDrain();
                Assert.True(world.Drained.Wait(() => lease.IsDrained, Waiting.Limit));
                World.Commit(lease);
            }

            lease.Close(CloseReason.Revoked);
            var handled = lease.Handled;
            var committed = lease.GetSnapshot().Committed ?? 0;

            // The record in hand of a lease that was closed at once still returns; nothing starts any more.
            Waiting.Until(() => lease.GetSnapshot() is { InFlight: 0, Buffered: 0 } && reader.Pinned == 0, $"round {round}: {lease.GetSnapshot()}, {reader.Pinned} pinned");
            Assert.Equal(handled, lease.Handled);
            var returned = invoker.Returned;
            Assert.Equal(returned.Count, returned.Distinct().Count());
            if (closesAtOnce)
            {
                Assert.True(handled <= returned.Count);
            }
            else
            {
                // Everything that has started was handled and committed, and nothing that was dropped.
                Assert.Equal(Enumerable.Range(0, (int)handled).Select(static offset => (long)offset), returned.Order());
                Assert.Equal(handled, committed);
            }

            Assert.True(committed <= handled);
            Assert.All(Enumerable.Range(0, (int)committed), offset => Assert.Contains(offset, returned));
            if (ordering == RecordOrdering.Partition)
            {
                Assert.Equal(returned.Order(), returned);
            }
        }

        Assert.Empty(reader.Faults);
    }

    /// <summary>Notes which records returned; every so often a handler goes on on another thread.</summary>
    private sealed class Noting(bool someAwait) : HandlerInvoker
    {
        private ConcurrentQueue<long> _returned = new();

        public IReadOnlyCollection<long> Returned => _returned;

        public void Begin() => _returned = new ConcurrentQueue<long>();

        public override ValueTask InvokeAsync(RecordSlot slot, ConsumeContext context, CancellationToken cancellationToken)
        {
            if (someAwait && slot.Offset % 37 == 5)
            {
                return AwaitAsync(context);
            }

            _returned.Enqueue(context.Timestamp.UnixTimestampMs);
            return ValueTask.CompletedTask;
        }

        private async ValueTask AwaitAsync(ConsumeContext context)
        {
            await Task.Yield();
            _returned.Enqueue(context.Timestamp.UnixTimestampMs);
        }
    }
}
