using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Consumers.Framework.Benchmarks.Reports;

namespace Consumers.Framework.Benchmarks.Micro;

/// <summary>The parts that need no broker, by BenchmarkDotNet. They run in this process: they call internal types.</summary>
internal static class MicroBenchmarks
{
    /// <summary>The word on the command line; BenchmarkDotNet's own options follow it.</summary>
    public const string Word = "micro";

    public static void Run(string[] arguments)
    {
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(PerformancePage.ArtifactsFolder());
        BenchmarkSwitcher
            .FromTypes([typeof(HandOverBenchmarks), typeof(OffsetTrackerBenchmarks), typeof(DecodingBenchmarks)])
            .Run(arguments.Length > 0 ? arguments : ["--filter", "*"], config);
    }
}
