using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A consumer of explicit partitions reads up to its end, commits, and stops by itself.</summary>
public sealed class BoundedReadTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_UntilTheEnd_HandlesAndCommitsWhatLiesBeforeItAndStops()
    {
        await using var host = Job();
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Deliver(0, start: 0, count: 8);

        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();

        Assert.Equal([0L, 1, 2, 3, 4], host.Probe.Calls.Select(static call => call.Offset));
        Assert.Equal(5, source.Commits[^1].Offset.Value);
        Assert.Equal([new TopicPartitionOffset("orders", 0, Offset.Beginning)], source.Starts);
        Assert.True(source.IsClosed);
        Assert.Equal((WorkerState.Completed, TimeSpan.Zero, 5L), (host.Worker.State, host.Worker.SincePoll, host.Worker.Handled));
        Assert.Single(host.Logged(EventIds.ConsumerCompleted));
        source.FakeReader.AssertAllReleasedOnce();

        // Who comes to wait for the assignment has missed it.
        await host.Orders.WaitForAssignmentAsync(Cancelled).Soon();
    }

    [Fact]
    public async Task Read_LastRecordsAreNoMore_ThePartitionsEndTells()
    {
        await using var host = Job();
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);
        Assert.Equal(WorkerState.Running, host.Worker.State);

        source.End(0, 5);

        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();
        Assert.Equal(5, source.Commits[^1].Offset.Value);
    }

    [Fact]
    public async Task Read_NothingThere_IsDoneAtOnceAndCommitsNothing()
    {
        await using var host = Job(range: new WatermarkOffsets(7, 7));
        await host.StartAsync();

        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();

        var source = host.Sources.Next();
        Assert.Empty(source.Commits);
        Assert.Equal(WorkerState.Completed, host.Worker.State);
        Assert.Single(host.Logged(EventIds.NothingToRead));
    }

    [Fact]
    public async Task Start_AfterTheEnd_ReadsAgainFromWhereFromSays()
    {
        await using var host = Job();
        await host.StartAsync();
        host.Sources.Next().Deliver(0, start: 0, count: 5);
        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();

        host.Orders.Start();
        var second = host.Sources.Next();
        Assert.False(host.Orders.WaitForCompletionAsync(Cancelled).IsCompleted);
        second.Deliver(0, start: 0, count: 5);
        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();

        Assert.Equal([new TopicPartitionOffset("orders", 0, Offset.Beginning)], second.Starts);
        Assert.Equal(10, host.Orders.GetSnapshot().Handled);
        Assert.Equal(2, host.Logged(EventIds.ConsumerStarted).Count);
    }

    [Fact]
    public async Task Read_RecordBlocksThePartition_StaysOpenUntilItIsThrough()
    {
        var isBroken = true;
        await using var host = Job(configure: static options => options.Failures.Retry = new RetryOptions { MaxAttempts = 1, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(20) });
        host.Probe.Handler = (context, _) => context.Offset == 2 && Volatile.Read(ref isBroken) ? throw new InvalidOperationException("poison") : ValueTask.CompletedTask;
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Deliver(0, start: 0, count: 6);
        var done = host.Orders.WaitForCompletionAsync(Cancelled);
        host.Clock.RunUntil(() => host.Worker.Partitions is [{ State: PartitionState.Blocked }]);
        host.Clock.RunUntil(() => source.Commits is [.., { Offset.Value: 2 }]);
        Assert.False(done.IsCompleted);

        Volatile.Write(ref isBroken, false);

        await host.Clock.RunUntilAsync(done);
        Assert.Equal(5, source.Commits[^1].Offset.Value);
    }

    [Fact]
    public async Task Read_CommitIsNotAccepted_StaysOpenUntilItIs()
    {
        await using var host = Job();
        host.Sources.Prepare += static source => source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.RequestTimedOut);
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Deliver(0, start: 0, count: 5);
        var done = host.Orders.WaitForCompletionAsync(Cancelled);
        host.Clock.RunUntil(() => source.Commits.Count > 2);
        Assert.False(done.IsCompleted);
        Assert.Equal(WorkerState.Running, host.Worker.State);

        source.Committer.Answer = static _ => FakeOffsetCommitter.Refusals.None;

        await host.Clock.RunUntilAsync(done);
    }

    [Fact]
    public async Task Read_OnePartitionIsAtItsEnd_IsNotFetchedWhileTheOtherGoesOn()
    {
        await using var host = Job(partitions: [0, 1]);
        await host.StartAsync();
        var source = host.Sources.Next();
        source.Deliver(0, start: 0, count: 5);
        Waiting.Until(() => source.Paused.Count == 1);
        Assert.Equal(0, source.Paused.Single().Partition.Value);
        Assert.Equal(WorkerState.Running, host.Worker.State);

        source.Deliver(1, start: 0, count: 5);

        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();
        Assert.Equal([(0, 5), (1, 5)], source.Commits.GroupBy(static commit => commit.Partition.Value).Select(static commits => (commits.Key, (int)commits.Last().Offset.Value)).Order());
    }

    [Fact]
    public async Task Read_SeveralWorkers_IsDoneWhenAllAre()
    {
        await using var host = Job(partitions: [0, 1], configure: static options => options.Workers = 2);
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next() }.OrderBy(static source => source.Worker).ToArray();
        var done = host.Orders.WaitForCompletionAsync(Cancelled);
        sources[0].Deliver(0, start: 0, count: 5);
        Waiting.Until(() => host.Orders.GetSnapshot().Workers[0].State == WorkerState.Completed);
        Assert.False(done.IsCompleted);

        sources[1].Deliver(1, start: 0, count: 5);

        await done.Soon();
        Assert.All(host.Orders.GetSnapshot().Workers, static worker => Assert.Equal(WorkerState.Completed, worker.State));
    }

    /// <summary>Nobody else is to be waited for: the worker was in no group.</summary>
    [Fact]
    public async Task Read_OneOfSeveralWorkersIsDone_DoesNotWaitForTheOthers()
    {
        await using var host = Job(partitions: [0, 1], configure: static options => options.Workers = 2);
        await host.StartAsync();
        var first = new[] { host.Sources.Next(), host.Sources.Next() }.Single(static source => source.Worker == 0);
        first.Deliver(0, start: 0, count: 5);

        // The clock stands still.
        await first.Closed.Soon();
    }

    [Fact]
    public async Task Restart_ClientFails_GoesOnBehindTheCommitAndEndsWhereItWould()
    {
        await using var host = Job(configure: static options => options.Commit.Strategy = CommitStrategy.PerRecord);
        await host.StartAsync();
        var first = host.Sources.Next();
        first.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Worker.Partitions is [{ Committed: 3 }]);
        host.Sources.Prepare = static source => source.Brokers.Ranges[new TopicPartition("orders", 0)] = new WatermarkOffsets(0, 90);
        first.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });

        var second = host.Sources.Next();
        second.Deliver(0, start: 3, count: 4);
        await host.Orders.WaitForCompletionAsync(Cancelled).Soon();

        Assert.Equal([new TopicPartitionOffset("orders", 0, 3)], second.Starts);
        Assert.Equal([0L, 1, 2, 3, 4], host.Probe.Calls.Select(static call => call.Offset));
    }

    [Theory]
    [InlineData(WorkerFailurePolicy.Restart)]
    [InlineData(WorkerFailurePolicy.StopHost)]
    public async Task Commit_GroupHasGotMembers_FailsTheWorkerAtOnceAndSaysWhy(WorkerFailurePolicy policy)
    {
        await using var host = Job(configure: options => options.WhenWorkerFails = policy);
        host.Sources.Prepare += static source => source.Committer.Answer = static points => FakeOffsetCommitter.Whole(points, ErrorCode.UnknownMemberId);
        await host.StartAsync();
        var source = host.Sources.Next();
        await source.Subscribed.Soon();
        source.Brokers.Members = 2;
        var done = host.Orders.WaitForCompletionAsync(Cancelled);
        try
        {
            source.Deliver(0, start: 0, count: 5);

            // The reason is there at once, not after a session timeout.
            await source.Closed.Soon();
            Waiting.Until(() => host.Worker.Failure is not null);
            Assert.Contains("Kafka:Consumers:orders:GroupId = billing: the group has 2 members", host.Worker.Failure, StringComparison.Ordinal);
            Assert.Contains("it has stopped, because a commit was refused (UnknownMemberId)", host.Worker.Failure, StringComparison.Ordinal);
            if (policy == WorkerFailurePolicy.StopHost)
            {
                Assert.Contains("the group has 2 members", (await Assert.ThrowsAsync<InvalidOperationException>(() => done.Soon())).Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(WorkerState.Restarting, host.Worker.State);
                Assert.False(done.IsCompleted);
            }
        }
        finally
        {
            await host.StopAsync(Cancelled).Soon();
            Environment.ExitCode = 0;
        }
    }

    [Fact]
    public async Task Start_GroupHasMembers_ReadsNothing()
    {
        await using var host = Job();
        host.Sources.Prepare += static source => source.Brokers.Members = 1;
        await host.StartAsync();
        var source = host.Sources.Next();
        await source.Closed.Soon();
        host.UntilWorkerIs(WorkerState.Restarting);

        Assert.Empty(source.Starts);
        Assert.Contains("the group has a member", host.Worker.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForCompletionAsync_StoppedBefore_WaitsForTheNextStart()
    {
        await using var host = Job();
        await host.StartAsync();
        var first = host.Sources.Next();
        await first.Subscribed.Soon();
        var done = host.Orders.WaitForCompletionAsync(Cancelled);
        await host.Orders.StopAsync(Cancelled).Soon();
        Assert.Equal(WorkerState.Stopped, host.Worker.State);

        host.Orders.Start();
        host.Sources.Next().Deliver(0, start: 0, count: 5);

        await done.Soon();
    }

    [Fact]
    public async Task WaitForCompletionAsync_HostStopsBefore_IsCancelled()
    {
        await using var host = Job();
        await host.StartAsync();
        var done = host.Orders.WaitForCompletionAsync(Cancelled);

        await host.StopAsync(Cancelled).Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => done.Soon());
    }

    [Fact]
    public async Task WaitForCompletionAsync_WithoutUntil_EndsOnlyByItsToken()
    {
        await using var host = Job(configure: static options => options.Until = null);
        using var patience = new CancellationTokenSource();
        await host.StartAsync();
        var source = host.Sources.Next();
        var done = host.Orders.WaitForCompletionAsync(patience.Token);
        source.Deliver(0, start: 0, count: 8);
        source.End(0, 8);
        host.Clock.RunUntil(() => source.Commits is [.., { Offset.Value: 8 }]);
        Assert.False(done.IsCompleted);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => done.Soon());
    }

    [Fact]
    public async Task WaitForCompletionAsync_NotEnabled_EndsAtOnce()
    {
        await using var host = Job(configure: static options => options.Enabled = false);

        Assert.True(host.Orders.WaitForCompletionAsync(Cancelled).IsCompletedSuccessfully);
    }

    internal static ConsumerHost Job(
        int[]? partitions = null, WatermarkOffsets? range = null, Action<KafkaConsumerOptions>? configure = null)
    {
        var host = ConsumerHost.OfOrders(
            options =>
            {
                AsJob(options, partitions);
                configure?.Invoke(options);
            });
        PrepareRanges(host, range);
        return host;
    }

    internal static void AsJob(KafkaConsumerOptions options, int[]? partitions = null)
    {
        options.Topics.Clear();
        options.Partitions["orders"] = partitions ?? [0];
        options.From = "Earliest";
        options.Until = "End";
    }

    internal static void PrepareRanges(ConsumerHost host, WatermarkOffsets? range = null) => host.Sources.Prepare = source =>
    {
        for (var partition = 0; partition < 8; partition++)
        {
            source.Brokers.Ranges[new TopicPartition("orders", partition)] = range ?? new WatermarkOffsets(0, 5);
        }
    };
}
