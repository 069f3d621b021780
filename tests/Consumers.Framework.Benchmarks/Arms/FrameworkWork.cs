using System.Diagnostics;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>This framework, in a host of its own.</summary>
/// <param name="Handler">What handles the records.</param>
/// <param name="Settings">The consumer's settings, by their path under it.</param>
internal sealed record FrameworkWork(HandlerKind Handler, IReadOnlyDictionary<string, string?> Settings) : ArmWork
{
    private const string Workers = "Workers";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SpreadLimit = TimeSpan.FromSeconds(60);

    public override async Task<object> RunAsync(ArmTarget target)
    {
        // The partitions of several workers change hands while they join: nothing is fetched until that is over.
        var isShared = Settings.ContainsKey(Workers);
        using var host = FrameworkHost.Build(target, Handler, isShared ? new Dictionary<string, string?>(Settings) { ["StartPaused"] = "true" } : Settings);
        await host.StartAsync();
        if (isShared)
        {
            await SpreadAsync(FrameworkHost.ConsumerOf(host));
        }

        var figures = RecordWatch.Measure(target.WarmUp, target.Records, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        await host.StopAsync();
        if (RecordCounter.Total != target.Records)
        {
            throw new ArmFailedException($"it handled {RecordCounter.Total} of {target.Records} records");
        }

        // The final commit of Manual never exceeds the handler's last request.
        CommitCheck.Run(target, Handler == HandlerKind.Committing ? CommittingHandler.Every - 1 : 0);
        return figures;
    }

    /// <summary>Waits until every worker has partitions, and lets them begin.</summary>
    private static async Task SpreadAsync(IKafkaConsumer consumer)
    {
        var begin = Stopwatch.GetTimestamp();
        while (consumer.GetSnapshot().Workers.Any(static worker => worker.Partitions.Count == 0))
        {
            if (Stopwatch.GetElapsedTime(begin) > SpreadLimit)
            {
                throw new ArmFailedException($"a worker has no partitions after {SpreadLimit.TotalSeconds} s");
            }

            await Task.Delay(Look);
        }

        consumer.Resume();
    }
}
