using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Measuring;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>This framework, in a host of its own.</summary>
/// <param name="Handler">What handles the records.</param>
/// <param name="Settings">The consumer's settings, by their path under it.</param>
internal sealed record FrameworkWork(HandlerKind Handler, IReadOnlyDictionary<string, string?> Settings) : ArmWork
{
    public override async Task<object> RunAsync(ArmTarget target)
    {
        using var host = FrameworkHost.Build(target, Handler, Settings);
        await host.StartAsync();
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
}
