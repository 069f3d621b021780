using System.Buffers.Binary;
using Confluent.Kafka;

namespace Consumers.Framework.AllocationTests;

/// <summary>A message that is a struct.</summary>
internal readonly record struct Stamp(long Number)
{
    /// <summary>As the test writes it: eight bytes, big-endian, and a filler.</summary>
    public sealed class Deserializer : IDeserializer<Stamp>
    {
        public Stamp Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => new(BinaryPrimitives.ReadInt64BigEndian(data));
    }
}
