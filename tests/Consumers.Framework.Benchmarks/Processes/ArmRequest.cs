using Consumers.Framework.Benchmarks.Arms;

namespace Consumers.Framework.Benchmarks.Processes;

/// <summary>What a process is to do: one line of JSON on its standard input.</summary>
internal sealed record ArmRequest(ArmWork Work, ArmTarget Target);
