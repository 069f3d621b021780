using System.Runtime.InteropServices;

namespace Consumers.Framework.Benchmarks.Measuring;

/// <summary>One thread's count, on cache lines that nothing else shares. Written by its thread, read by any.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal sealed class CounterCell
{
    [FieldOffset(128)]
    public long Value;
}
