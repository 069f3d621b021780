using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Committing;

public sealed class CommitterAllocationTests
{
    /// <summary>
    /// Less than the smallest object for each of the commits, which are 2,000 at least. Not zero: a collection takes the rest of the
    /// thread's allocation buffer, 8 kB at most, and counts it as allocated.
    /// </summary>
    private const int Bound = 16 * 1024;

    /// <summary>Everything that the committer's thread does from one call of the client to the next, waiting and waking lanes included.</summary>
    [Theory]
    [InlineData((int)CommitStrategy.PerRecord, 1, 12_000)]
    [InlineData((int)CommitStrategy.PerRecord, 100, 2_400)]
    [InlineData((int)CommitStrategy.Sync, 10, 24_000)]
    public void Commit_Accepted_AllocatesNothing(int strategy, int leases, int records)
    {
        var client = new MeasuringCommitter(warmUp: 200);
        using var world = new World(
            options =>
            {
                options.Commit.Strategy = (CommitStrategy)strategy;
                options.Buffer.MaxRecords = records;
            },
            HandlerExecutor.Create(1, "orders/0 handler"),
            TimeProvider.System);
        using var committer = new Committer(client, world.ScopeWith(TimeSpan.Zero), world.Drained, static (_, _) => { });
        world.Progress = committer.Signal;
        var open = Enumerable.Range(0, leases).Select(partition => world.Open(partition)).ToList();
        for (var offset = 0; offset < records; offset += 10)
        {
            open.ForEach(lease => lease.Receive(world.Reader.Range(offset, 10)));
        }

        Waiting.Until(() => open.TrueForAll(lease => lease.GetSnapshot().Committed == records));
        Assert.True(client.Commits >= 2_300, $"{client.Points} points in {client.Commits} commits");
        Assert.InRange(client.AllocatedAfterWarmUp, 0, Bound);
    }

    /// <summary>Accepts everything and notes what its thread has allocated, that is the committer's.</summary>
    private sealed class MeasuringCommitter(int warmUp) : IOffsetCommitter
    {
        private long _before;
        private long _after;

        public int Commits { get; private set; }

        public long Points { get; private set; }

        public long AllocatedAfterWarmUp => Interlocked.Read(ref _after) - _before;

        public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
        {
            Points += points.Count;
            Interlocked.Exchange(ref _after, GC.GetAllocatedBytesForCurrentThread());
            if (++Commits == warmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }

            return true;
        }
    }
}
