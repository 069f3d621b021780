using System.Runtime.InteropServices;

namespace Consumers.Framework.Interop;

/// <summary>librdkafka's <c>rd_kafka_message_t</c>. It and what it points at live until the message is destroyed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeMessage
{
    /// <summary>0 for a record; otherwise an error, and the payload is its text.</summary>
    public int Error;

    /// <summary>A handle of the topic, not its name; it may be null in an error.</summary>
    public nint Topic;

    public int Partition;

    public nint Value;

    public nuint ValueLength;

    public nint Key;

    public nuint KeyLength;

    public long Offset;

    /// <summary>The client's own.</summary>
    public nint Private;
}
