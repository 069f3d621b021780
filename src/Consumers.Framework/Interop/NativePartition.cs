using System.Runtime.InteropServices;

namespace Consumers.Framework.Interop;

/// <summary>librdkafka's <c>rd_kafka_topic_partition_t</c>, an element of a <see cref="NativePartitionList"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePartition
{
    public nint Topic;

    public int Partition;

    public long Offset;

    public nint Metadata;

    public nuint MetadataLength;

    /// <summary>Ours: it comes back unchanged in the answer, whose order is not that of the request.</summary>
    public nint Tag;

    public int Error;

    /// <summary>The client's own.</summary>
    public nint Private;
}
