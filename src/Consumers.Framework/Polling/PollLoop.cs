using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Consumers.Framework.Positions;

namespace Consumers.Framework.Polling;

/// <summary>
/// The life of one client on its poll thread: subscribe, poll and hand over until told to stop, then give the partitions up in order
/// and leave. It never runs user code, and never waits for it but inside a budget.
/// </summary>
/// <param name="scope">The worker.</param>
/// <param name="source">The client.</param>
/// <param name="batch">What a poll brings.</param>
/// <param name="ownership">What the client calls back.</param>
/// <param name="rebalances">Gives the partitions up.</param>
/// <param name="committer">Commits.</param>
/// <param name="read">The reading of explicit partitions; null for a subscription.</param>
/// <param name="afterPoll">What is done after each poll, in this order.</param>
internal sealed class PollLoop(
    WorkerScope scope,
    IRecordSource source,
    PollBatch batch,
    PartitionOwnership ownership,
    RebalanceCoordinator rebalances,
    Committer committer,
    ExplicitRead? read,
    IReadOnlyList<Action> afterPoll)
{
    /// <summary>A commit that was sent just before the partitions were lost is answered within milliseconds, or not at all.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>Poll thread. Returns when the client is closed, or given up; true when it has read up to the end.</summary>
    /// <param name="beforeLeaving">Called when it was asked to stop, or is done, and everything is committed, before the client leaves its group.</param>
    /// <param name="stop">Asks the loop to stop.</param>
    /// <exception cref="ClientFailedException">The client is finished.</exception>
    /// <exception cref="ReadRefusedException">The explicit partitions cannot be read, or not be committed.</exception>
    public bool Run(Action beforeLeaving, CancellationToken stop)
    {
        using var wake = stop.UnsafeRegister(static loop => ((PollLoop)loop!).OnStopRequested(), this);
        try
        {
            if (read is null)
            {
                source.Subscribe(scope.Settings.Subscription, ownership);
            }

            var isDone = false;
            while (!stop.IsCancellationRequested && !(isDone = read?.IsDone(ownership) == true))
            {
                PollOnce();
            }

            if (!isDone)
            {
                scope.Status.Set(WorkerState.Stopping);
            }

            rebalances.RevokeAll();
            beforeLeaving();
            return isDone;
        }
        catch (ClientFailedException)
        {
            rebalances.LoseAll();
            throw;
        }
        catch (Exception)
        {
            // Our own fault, or a handler's that does not return, and not the client's: what was handled can still be committed.
            rebalances.RevokeAll();
            throw;
        }
        finally
        {
            // A worker that failed comes back, and a static member then finds its partitions.
            End(leaveGroup: stop.IsCancellationRequested && scope.Options.Shutdown.LeaveGroupOnStop);
        }
    }

    /// <summary>Whoever stops the consumer: on that thread.</summary>
    private void OnStopRequested()
    {
        source.Wake();
        rebalances.StopRequested();
    }

    private void PollOnce()
    {
        source.Poll(scope.Options.PollTimeout, batch);
        scope.Status.Polled();
        for (var index = 0; index < afterPoll.Count; index++)
        {
            afterPoll[index]();
        }
    }

    private void End(bool leaveGroup)
    {
        batch.DiscardAll();
        rebalances.End();
        committer.Dispose();
        if (!committer.WaitForAnswer(AnswerPatience))
        {
            Log.ClientAbandoned(scope.Logger, scope.Consumer, scope.Index, committer.FailingFor ?? TimeSpan.Zero);
            source.Abandon();
            return;
        }

        try
        {
            source.Close(leaveGroup);
        }
        catch (Exception exception)
        {
            Log.CloseFailed(scope.Logger, exception, scope.Consumer, scope.Index);
        }
    }
}
