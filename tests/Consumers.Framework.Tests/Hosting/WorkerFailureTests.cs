using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A worker whose client or poll thread fails starts again, or ends the host; it never ends in silence.</summary>
public sealed class WorkerFailureTests
{
    [Fact]
    public async Task Scenario29_Restart_ClientCannotBeMade_TriesAgainAfterDelaysThatDouble()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Sources.OnCreate = static call => Throw(call <= 2, $"attempt {call}");
        await host.StartAsync();

        host.Clock.Pass(TimeSpan.FromSeconds(1), () =>
        {
            Assert.Equal(WorkerState.Restarting, host.Worker.State);
            Assert.Equal("attempt 1", host.Worker.Failure);
            Assert.Equal(1, host.Sources.Calls);
        });
        host.Clock.Pass(TimeSpan.FromSeconds(2), () => Assert.Equal(2, host.Sources.Calls));

        host.Sources.Next().Give(0);
        host.UntilWorkerIs(WorkerState.Running);
        Assert.Null(host.Worker.Failure);
        Assert.All(host.Logged(EventIds.WorkerFailed), static entry => Assert.StartsWith("orders/0: ", entry.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restart_ClientThatRanLong_BeginsWithTheShortDelayAgain()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Sources.OnCreate = static call => Throw(call <= 2, "broken");
        await host.StartAsync();
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Clock.Pass(TimeSpan.FromSeconds(2), static () => { });
        var source = host.Sources.Next();
        await source.Subscribed.Soon();

        host.Clock.Advance(TimeSpan.FromSeconds(61));
        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));

        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        host.Sources.Next();
    }

    [Fact]
    public async Task Restart_Fenced_SaysByWhomAndWaitsAMinute()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.GroupInstanceId = "billing-7");
        await host.StartAsync();
        var first = host.Sources.Next();
        first.Fail(new ClientFailedException(new Error(ErrorCode.FencedInstanceId, "fenced")));

        host.Clock.Pass(TimeSpan.FromMinutes(1), () =>
        {
            Assert.Equal(WorkerState.Fenced, host.Worker.State);
            Assert.Equal("another member has taken the instance id 'billing-7': FencedInstanceId: fenced", host.Worker.Failure);
            Assert.True(first.IsClosed);
            Assert.Equal(1, host.Sources.Calls);
        });

        // The long delay is the fence's alone.
        host.Sources.Next().Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));
        host.Clock.Pass(TimeSpan.FromSeconds(2), static () => { });
    }

    [Fact]
    public async Task Scenario23_Restart_GroupCannotBeConverted_SaysWhatTheBrokerMeans()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.GroupProtocol = Consumers.Framework.Configuration.GroupProtocol.Consumer);
        await host.StartAsync();
        host.Sources.Next().Fail(new ClientFailedException(new Error(ErrorCode.GroupIdNotFound, "The group id does not exist", isFatal: true)));

        host.UntilWorkerIs(WorkerState.Restarting);
        Assert.Contains("members of the classic protocol", host.Worker.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario29_Restart_PollThrowsUnexpectedly_CommitsWhatWasHandledAndClosesFirst()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Commit.Strategy = CommitStrategy.Auto);
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);
        Assert.Empty(source.Commits);

        source.Fail(new InvalidOperationException("a bug"));

        host.Clock.Pass(TimeSpan.FromSeconds(1), () =>
        {
            Assert.Equal(3, Assert.Single(source.Commits).Offset.Value);
            Assert.True(source.IsClosed);
            Assert.Equal(3, host.Orders.GetSnapshot().Handled);
        });
        var second = host.Sources.Next();
        second.Give(0);
        second.Deliver(0, start: 3, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 4);
    }

    [Fact]
    public async Task Scenario29_Restart_ClientFailed_CommitsNothing()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Commit.Strategy = CommitStrategy.Auto);
        var source = await host.StartAssignedAsync();
        source.Deliver(0, start: 0, count: 3);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);

        source.Fail(new ClientFailedException(new Error(ErrorCode.Local_Fatal, "gone")));

        host.Clock.Pass(TimeSpan.FromSeconds(1), () => Assert.Empty(source.Commits));
    }

    [Fact]
    public async Task Restart_StopInsideTheDelay_IsNotWaitedFor()
    {
        await using var host = ConsumerHost.OfOrders();
        host.Sources.OnCreate = static _ => throw new InvalidOperationException("broken");
        await host.StartAsync();
        host.UntilWorkerIs(WorkerState.Restarting);

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();

        Assert.Equal(1, host.Sources.Calls);
        Assert.Equal(WorkerState.Stopped, host.Worker.State);
        Assert.Null(host.Worker.Failure);
    }

    [Fact]
    public async Task Restart_OneWorkerFails_TheOthersGoOn()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.Workers = 2);
        host.Sources.Prepare = static source => source.Give(source.Worker);
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next() };
        await host.Orders.WaitForAssignmentAsync(TestContext.Current.CancellationToken).Soon();

        sources.Single(static source => source.Worker == 0).Fail(new InvalidOperationException("a bug"));
        host.UntilWorkerIs(WorkerState.Restarting);

        sources.Single(static source => source.Worker == 1).Deliver(1, start: 0, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Workers[1].Handled == 1);
        Assert.Equal(WorkerState.Running, host.Orders.GetSnapshot().Workers[1].State);
    }

    [Fact]
    public async Task Scenario29_StopHost_WorkerFails_StopsTheHostWithExitCode1()
    {
        await using var host = ConsumerHost.OfOrders(static options => options.WhenWorkerFails = WorkerFailurePolicy.StopHost);
        string? thread = null;
        var lifetime = host.Host.Services.GetRequiredService<IHostApplicationLifetime>();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStopping.Register(() =>
        {
            thread = Thread.CurrentThread.Name;
            stopping.SetResult();
        });
        var source = await host.StartAssignedAsync();
        try
        {
            source.Fail(new InvalidOperationException("a bug"));
            await stopping.Task.Soon();

            Assert.Equal(1, Environment.ExitCode);
        }
        finally
        {
            Environment.ExitCode = 0;
        }

        // The application's callbacks do not run on the poll thread.
        Assert.NotEqual("orders/0 poll", thread);
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal(WorkerState.Failed, host.Worker.State);
        Assert.Equal("a bug", host.Worker.Failure);
        Assert.Single(host.Logged(EventIds.WorkerStopsHost));
    }

    [Fact]
    public async Task Restart_ExceptionCannotBeRead_StartsAgainAllTheSame()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAsync();
        host.Sources.Next().Fail(new HostileException());

        host.Clock.Pass(TimeSpan.FromSeconds(1), () => Assert.Equal("(its Message throws HostileException)", host.Worker.Failure));

        host.Sources.Next();
    }

    [Fact]
    public async Task Restart_LaneIsBroken_ReadsItsRecordAgainWithANewClient()
    {
        await using var host = ConsumerHost.OfOrders();
        await host.StartAsync();
        var first = host.Sources.Next();
        first.FakeReader.FailsToReleaseAt = 1;
        first.Give(0);
        first.Deliver(0, start: 0, count: 3);

        host.UntilLogged(EventIds.LaneBroke);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        host.UntilLogged(EventIds.WorkerFailed);
        await first.Closed.Soon();
        Assert.Single(host.Logged(EventIds.LaneBroke));
        Assert.Contains("the framework has failed at a record of orders[0]", host.Logged(EventIds.WorkerFailed)[0].Exception!.Message, StringComparison.Ordinal);
        Assert.Equal(2, first.Commits[^1].Offset.Value);
        host.Clock.Pass(TimeSpan.FromSeconds(1), static () => { });
        var second = host.Sources.Next();
        second.Give(0);
        second.Deliver(0, start: 2, count: 1);
        Waiting.Until(() => host.Orders.GetSnapshot().Handled == 3);
    }

    [Theory]
    [InlineData(WorkerFailurePolicy.Restart)]
    [InlineData(WorkerFailurePolicy.StopHost)]
    public async Task AtTheStop_PollThrows_SaysSoAndEnds(WorkerFailurePolicy policy)
    {
        await using var host = ConsumerHost.OfOrders(options => options.WhenWorkerFails = policy);
        using var stopping = new ManualResetEventSlim();
        host.Sources.OnCreate = _ =>
        {
            stopping.Wait();
            throw new InvalidOperationException("broken");
        };
        await host.StartAsync();
        Waiting.Until(() => host.Sources.Calls == 1);

        var stop = host.StopAsync(TestContext.Current.CancellationToken);
        stopping.Set();
        await stop.Soon();

        Assert.Single(host.Logged(EventIds.WorkerFailedAtStop));
        Assert.Empty(host.Logged(EventIds.WorkerFailed));
        Assert.Equal(WorkerState.Stopped, host.Worker.State);
        Assert.Equal(0, Environment.ExitCode);
    }

    private static void Throw(bool when, string message)
    {
        if (when)
        {
            throw new InvalidOperationException(message);
        }
    }
}
