using Consumers.Framework.Benchmarks.Loops;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>Throughput of a hand-written loop.</summary>
internal sealed record ConsumeLoopWork(ConsumeLoop Loop) : ArmWork
{
    public override Task<object> RunAsync(ArmTarget target)
    {
        var figures = LoopThread.Measure(target, () => Loop.Run(target, default(CountingVisitor)));
        CommitCheck.Run(target);
        return Task.FromResult<object>(figures);
    }
}
