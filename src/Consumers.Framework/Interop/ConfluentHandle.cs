using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>
/// Reaches the native handle behind a Confluent client. The property is internal to that package, so another version may lack it: the
/// caller then does without the native client.
/// </summary>
internal static class ConfluentHandle
{
    /// <summary>The <c>rd_kafka_t</c> of a client; false with the reason when this version of Confluent.Kafka does not give it.</summary>
    public static bool TryGet(IClient client, out nint handle, out string? missing) =>
        TryGet(client, static owner => Get(owner), out handle, out missing);

    /// <summary>As the other, by an accessor that may be missing.</summary>
    public static bool TryGet(IClient client, Func<Handle, object> accessor, out nint handle, out string? missing)
    {
        try
        {
            handle = ((SafeHandle)accessor(client.Handle)).DangerousGetHandle();
            missing = null;
            return handle != 0;
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or InvalidCastException)
        {
            handle = 0;
            missing = exception.Message;
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object Get(Handle handle);
}
