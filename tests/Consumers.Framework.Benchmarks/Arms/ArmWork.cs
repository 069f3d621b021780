using System.Text.Json.Serialization;

namespace Consumers.Framework.Benchmarks.Arms;

/// <summary>What an arm does in its own process. It travels there as JSON, and so does what it returns.</summary>
[JsonDerivedType(typeof(ConsumeLoopWork), "consume-loop")]
[JsonDerivedType(typeof(NativeLoopWork), "native-loop")]
[JsonDerivedType(typeof(FrameworkWork), "framework")]
[JsonDerivedType(typeof(JavaConsumerWork), "java")]
[JsonDerivedType(typeof(LatencyWork), "latency")]
[JsonDerivedType(typeof(IdleFrameworkWork), "idle-framework")]
[JsonDerivedType(typeof(IdleLoopWork), "idle-loop")]
internal abstract record ArmWork
{
    /// <summary>Does it, in a process that does nothing else.</summary>
    /// <returns>The figures.</returns>
    public abstract Task<object> RunAsync(ArmTarget target);
}
