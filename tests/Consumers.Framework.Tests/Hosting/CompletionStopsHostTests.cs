using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Telemetry;
using Consumers.Framework.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>UntilReached: StopHost.</summary>
public sealed class CompletionStopsHostTests
{
    [Fact]
    public async Task StopHost_SeveralJobs_TheLastOneStopsTheHostWithoutAnExitCode()
    {
        await using var host = BoundedReadTests.Job(configure: StopsHost).Add("payments", StopsHost).Add("audit");
        await host.StartAsync();
        var sources = new[] { host.Sources.Next(), host.Sources.Next(), host.Sources.Next() }.ToDictionary(static source => source.Consumer);
        var stopping = host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        sources["orders"].Deliver(0, start: 0, count: 5);
        await host.Orders.WaitForCompletionAsync(TestContext.Current.CancellationToken).Soon();
        Assert.False(stopping.IsCancellationRequested);

        sources["payments"].Deliver(0, start: 0, count: 5);

        // As Program.cs does after its start.
        await host.Host.WaitForShutdownAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Contains("(orders, payments)", Assert.Single(host.Logged(EventIds.CompletionStopsHost)).Message, StringComparison.Ordinal);
        Assert.True(sources["audit"].IsClosed);
        Assert.Equal(0, Environment.ExitCode);
    }

    [Fact]
    public async Task StopConsumer_JobIsDone_TheHostGoesOn()
    {
        await using var host = BoundedReadTests.Job();
        await host.StartAsync();
        host.Sources.Next().Deliver(0, start: 0, count: 5);

        await host.Orders.WaitForCompletionAsync(TestContext.Current.CancellationToken).Soon();

        await host.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Empty(host.Logged(EventIds.CompletionStopsHost));
    }

    /// <summary>A host that is told to stop while it starts fails its start, and the process ends with an error.</summary>
    [Fact]
    public async Task StopHost_DoneWhileTheHostStarts_WaitsForItsStart()
    {
        await using var host = BoundedReadTests.Job(configure: StopsHost);
        host.Services.AddHostedService(services => new SlowStart(async cancellationToken =>
        {
            host.Sources.Next().Deliver(0, start: 0, count: 5);
            await services.GetRequiredService<IKafkaConsumers>()["orders"].WaitForCompletionAsync(cancellationToken).Soon();

            // Long enough for a stop that does not wait: that takes a thread, and no time of the host's clock.
            Assert.False(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100)));
        }));

        await host.StartAsync();

        await host.Host.WaitForShutdownAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Single(host.Logged(EventIds.CompletionStopsHost));
    }

    private static void StopsHost(KafkaConsumerOptions options)
    {
        BoundedReadTests.AsJob(options);
        options.UntilReached = CompletionPolicy.StopHost;
    }

    private sealed class SlowStart(Func<CancellationToken, Task> start) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => start(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
