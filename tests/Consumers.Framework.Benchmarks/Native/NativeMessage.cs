using System.Runtime.InteropServices;

namespace Consumers.Framework.Benchmarks.Native;

/// <summary>librdkafka's rd_kafka_message_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct NativeMessage
{
    public readonly int Error;
    public readonly nint Topic;
    public readonly int Partition;
    public readonly byte* Payload;
    public readonly nuint Length;
    public readonly byte* Key;
    public readonly nuint KeyLength;
    public readonly long Offset;
    public readonly nint Private;

    /// <summary>The value; gone when the message is destroyed.</summary>
    public ReadOnlySpan<byte> Value => new(Payload, (int)Length);
}
