using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Loops;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Benchmarks.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>How old records are when they are handled. The records come while this runs, from the time that it says it is ready.</summary>
internal sealed record LatencyWork(LatencyClient Client) : ArmWork
{
    /// <summary>The framework's settings, by their path under the consumer.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public override async Task<object> RunAsync(ArmTarget target)
    {
        switch (Client)
        {
            case LatencyClient.Framework:
                await RunFrameworkAsync(target);
                break;
            case LatencyClient.ConsumeLoop:
                var loop = new ConsumeLoop(Tuned: true, StoreEvery: 1, CommitEvery: 0);
                LoopThread.Measure(target, () => loop.Run(target, default(LatencyVisitor), ArmChild.SayReady));
                break;
            case LatencyClient.NativeLoop:
                var native = new NativeLoop(BatchSize: 1_000, SyncCommit: false);
                LoopThread.Measure(target, () => native.Run(target, default(LatencyVisitor), ArmChild.SayReady));
                break;
        }

        CommitCheck.Run(target);
        return LatencyLog.Microseconds(target.WarmUp);
    }

    private async Task RunFrameworkAsync(ArmTarget target)
    {
        using var host = FrameworkHost.Build(target, HandlerKind.Latency, Settings);
        await host.StartAsync();
        await FrameworkHost.ConsumerOf(host).WaitForAssignmentAsync();
        ArmChild.SayReady();
        RecordWatch.Measure(target.WarmUp, target.Records, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        await host.StopAsync();
    }
}
