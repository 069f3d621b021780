using System.Globalization;
using Consumers.Framework.Benchmarks.Handlers;
using Consumers.Framework.Benchmarks.Measuring;
using Consumers.Framework.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>Workers of the framework that have nothing to do.</summary>
internal sealed record IdleFrameworkWork(int Workers, TimeSpan Length) : ArmWork
{
    public override async Task<object> RunAsync(ArmTarget target)
    {
        var settings = new Dictionary<string, string?> { ["Workers"] = Workers.ToString(CultureInfo.InvariantCulture) };
        using var host = FrameworkHost.Build(target, HandlerKind.Raw, settings);
        await host.StartAsync();
        var consumer = FrameworkHost.ConsumerOf(host);
        await consumer.WaitForAssignmentAsync();
        IdleWait.UntilSettled(() => AssignedTo(consumer), target);
        var figures = IdleFigures.Measure(Length);
        await host.StopAsync();
        return figures;
    }

    private static int AssignedTo(IKafkaConsumer consumer) => consumer.GetSnapshot().Workers.Sum(static worker => worker.Partitions.Count);
}
