using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;

namespace Consumers.Framework.IntegrationTests.Sources;

/// <summary>
/// A hash of key, value and headers: null is not empty, and the order of the headers counts. A run of a million records is compared by it.
/// </summary>
internal readonly record struct RecordHash(UInt128 Value)
{
    public static RecordHash Of(bool hasKey, ReadOnlySpan<byte> key, bool hasValue, ReadOnlySpan<byte> value, Headers? headers)
    {
        var buffer = new ArrayBufferWriter<byte>(key.Length + value.Length + 64);
        Write(buffer, hasKey, key);
        Write(buffer, hasValue, value);
        foreach (var header in headers ?? [])
        {
            Write(buffer, true, Encoding.UTF8.GetBytes(header.Key));
            var bytes = header.GetValueBytes();
            Write(buffer, bytes is not null, bytes);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return new(MemoryMarshal.Read<UInt128>(hash));
    }

    public static RecordHash Of(Message<byte[]?, byte[]?> message) =>
        Of(message.Key is not null, message.Key, message.Value is not null, message.Value, message.Headers);

    private static void Write(ArrayBufferWriter<byte> buffer, bool isThere, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), isThere ? bytes.Length : -1);
        buffer.Advance(sizeof(int));
        buffer.Write(bytes);
    }
}
