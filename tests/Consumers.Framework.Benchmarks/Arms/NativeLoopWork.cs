using Consumers.Framework.Benchmarks.Loops;
using Consumers.Framework.Benchmarks.Measuring;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>Throughput of the native ceiling.</summary>
internal sealed record NativeLoopWork(NativeLoop Loop) : ArmWork
{
    public override Task<object> RunAsync(ArmTarget target)
    {
        var figures = LoopThread.Measure(target, () => Loop.Run(target, default(CountingVisitor)));
        CommitCheck.Run(target);
        return Task.FromResult<object>(figures);
    }
}
