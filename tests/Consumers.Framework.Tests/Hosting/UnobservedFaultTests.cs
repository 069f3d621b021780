using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A user's code that throws wherever it can, and no task of the framework that nobody looks at ends by it.</summary>
public sealed class UnobservedFaultTests : IDisposable
{
    private readonly ConcurrentQueue<string> _unobserved = new();

    public UnobservedFaultTests() => TaskScheduler.UnobservedTaskException += Note;

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

    [Fact]
    public async Task Run_EverythingOfTheUsersThrows_NoTaskFaultsUnobserved()
    {
        await LiveAsync();

        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Empty(_unobserved);
    }

    /// <summary>In a frame of its own, so that nothing of it is reachable afterwards.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LiveAsync()
    {
        var logs = new FragileLogs();
        var listeners = new ListenerProbe();
        await using var host = listeners.Host(static options =>
        {
            options.Rebalance.DrainTimeout = TimeSpan.FromMilliseconds(300);
            options.Rebalance.ListenerTimeout = TimeSpan.FromMilliseconds(100);
            options.MaxHandlerDuration = TimeSpan.FromMilliseconds(100);
            options.WhenHandlerStuck = StuckHandlerPolicy.Report;
            options.Failures.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });
        host.Services.AddSingleton(logs.Provider);
        listeners.Body = static (what, _, token) =>
        {
            token.Register(static () => throw Planted());
            return what == "revoking" ? new ValueTask(Task.Delay(Timeout.Infinite, CancellationToken.None)) : throw Planted();
        };
        var mayReturn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Probe.Handler = (context, token) =>
        {
            token.Register(static () => throw Planted());
            return context is { Offset.Value: 0, Attempt: 1 } ? throw Planted()
                : context.Offset == 1 ? new ValueTask(mayReturn.Task)
                : ValueTask.CompletedTask;
        };
        var source = await host.StartAssignedAsync();
        logs.Fails = static _ => true;
        source.Deliver(0, start: 0, count: 2);

        // Cancelled by MaxHandlerDuration, then by the drain.
        host.Clock.RunUntil(() => host.Logged(EventIds.HandlerStuck).Count > 0);
        source.Take(0);
        host.Clock.RunUntil(() => host.Logged(EventIds.DrainTimedOut).Count > 0);

        // Skipped when the thread pool has had no thread for it.
        host.Clock.RunUntil(() => host.Logged(EventIds.ListenerGivenUp).Count + host.Logged(EventIds.ListenerSkipped).Count > 0);
        host.UntilLogged(EventIds.CancellationCallbackFailed);
        mayReturn.SetResult();
        host.Clock.RunUntil(() => host.Worker.State == WorkerState.Standby);
        await host.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.NotEqual(0, logs.Thrown);
    }

    private static UnreachableException Planted() => new UnreachableException("planted for UnobservedFaultTests");

    private void Note(object? sender, UnobservedTaskExceptionEventArgs arguments)
    {
        // Tests of other classes run beside this one.
        var text = arguments.Exception.ToString();
        if (text.Contains("planted for UnobservedFaultTests", StringComparison.Ordinal))
        {
            _unobserved.Enqueue(text);
        }
    }
}
