using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Dispatching;
using Consumers.Framework.Leases;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A committer over leases whose lanes run when the test says so, a client that answers as it says, and a clock that it moves.</summary>
internal sealed class CommitterRig : IDisposable
{
    public CommitterRig(
        CommitStrategy strategy = CommitStrategy.Async, TimeSpan interval = default, TimeProvider? time = null, HandlerExecutor? executor = null, int maxConcurrency = 1)
    {
        World = new World(
            options =>
            {
                options.Commit.Strategy = strategy;
                options.MaxConcurrency = maxConcurrency;
            },
            executor,
            time ?? Clock);
        Committer = new Committer(Client, World.ScopeWith(interval), World.Drained, static (_, _) => { });
        World.Progress = Committer.Signal;
    }

    public CommitClock Clock { get; } = new();

    public World World { get; }

    public FakeOffsetCommitter Client { get; } = new();

    public Committer Committer { get; }

    /// <summary>Leases that the committer has not heard of: their records are handled, and nobody said so.</summary>
    public List<PartitionLease> HandledUnheard(int leases, int records = 1, int firstPartition = 0)
    {
        var tell = World.Progress;
        World.Progress = static (_, _) => { };
        var handled = Enumerable.Range(firstPartition, leases).Select(partition => World.OpenWith(records, partition)).ToList();
        World.Manual.RunAll();
        World.Progress = tell;
        return handled;
    }

    /// <summary>Leases whose records are handled, and of which the committer hears in one step.</summary>
    public List<PartitionLease> HandledTogether(int leases, int records = 1)
    {
        var handled = HandledUnheard(leases, records);
        Committer.Flush([.. handled.Select(static lease => lease.Commits)], TimeSpan.Zero);
        return handled;
    }

    /// <summary>The next answer refuses; those after it do not.</summary>
    public void RefuseOnce(Func<IReadOnlyList<CommitPoint>, FakeOffsetCommitter.Refusals> answer) => Client.Answer = points =>
    {
        Client.Answer = static later => FakeOffsetCommitter.Each(later, static _ => ErrorCode.NoError);
        return answer(points);
    };

    /// <summary>Flushes while time goes by.</summary>
    public async Task<bool> FlushAsync(PartitionLease lease, TimeSpan timeout)
    {
        var flush = Task.Run(() => Committer.Flush([lease.Commits], timeout));
        await Clock.RunUntilAsync(flush);
        return await flush;
    }

    /// <summary>Runs lanes until everything that the leases have received is committed.</summary>
    public void RunUntilCommitted(PartitionLease lease, long offset) => Waiting.Until(() =>
    {
        World.Manual.RunAll();
        return lease.GetSnapshot().Committed == offset;
    });

    public void Dispose()
    {
        Committer.Dispose();
        World.Dispose();
    }
}
