using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Benchmarks.Native;

/// <summary>
/// The least that consumes in batches: librdkafka's own functions on the handle of a consumer that Confluent.Kafka built. It shares no code
/// with the framework's source, since the framework is measured against it. One thread at a time.
/// </summary>
internal sealed unsafe class NativeConsumer : IDisposable
{
    private readonly delegate* unmanaged[Cdecl]<nint, int, nint*, nint, nint> _consumeBatch;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroyMessage;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int, int> _commit;
    private readonly delegate* unmanaged[Cdecl]<int, nint> _newList;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int, nint> _add;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int, long, int> _setOffset;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroyList;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroyQueue;
    private readonly nint _client;
    private readonly nint _queue;

    /// <param name="handle">The handle of a consumer that is subscribed.</param>
    public NativeConsumer(Handle handle)
    {
        _consumeBatch = (delegate* unmanaged[Cdecl]<nint, int, nint*, nint, nint>)LibrdkafkaModule.GetExport("rd_kafka_consume_batch_queue");
        _destroyMessage = (delegate* unmanaged[Cdecl]<nint, void>)LibrdkafkaModule.GetExport("rd_kafka_message_destroy");
        _commit = (delegate* unmanaged[Cdecl]<nint, nint, int, int>)LibrdkafkaModule.GetExport("rd_kafka_commit");
        _newList = (delegate* unmanaged[Cdecl]<int, nint>)LibrdkafkaModule.GetExport("rd_kafka_topic_partition_list_new");
        _add = (delegate* unmanaged[Cdecl]<nint, byte*, int, nint>)LibrdkafkaModule.GetExport("rd_kafka_topic_partition_list_add");
        _setOffset = (delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>)LibrdkafkaModule.GetExport("rd_kafka_topic_partition_list_set_offset");
        _destroyList = (delegate* unmanaged[Cdecl]<nint, void>)LibrdkafkaModule.GetExport("rd_kafka_topic_partition_list_destroy");
        _destroyQueue = (delegate* unmanaged[Cdecl]<nint, void>)LibrdkafkaModule.GetExport("rd_kafka_queue_destroy");
        _client = ((SafeHandle)LibrdkafkaHandle(handle)).DangerousGetHandle();
        _queue = ((delegate* unmanaged[Cdecl]<nint, nint>)LibrdkafkaModule.GetExport("rd_kafka_queue_get_consumer"))(_client);
    }

    /// <summary>Takes what is there; waits for the first record only.</summary>
    /// <returns>How many messages <paramref name="messages"/> begins with; each has to be destroyed.</returns>
    public int Poll(Span<nint> messages, TimeSpan timeout)
    {
        fixed (nint* into = messages)
        {
            // The call waits its whole timeout unless the batch is full, so the first record is waited for alone.
            var first = (int)_consumeBatch(_queue, (int)timeout.TotalMilliseconds, into, 1);
            return first == 1 && messages.Length > 1 ? 1 + Math.Max(0, (int)_consumeBatch(_queue, 0, into + 1, messages.Length - 1)) : Math.Max(0, first);
        }
    }

    public static ref readonly NativeMessage Read(nint message) => ref *(NativeMessage*)message;

    public void Destroy(nint message) => _destroyMessage(message);

    /// <summary>Commits an offset for each partition whose entry is above 0.</summary>
    /// <exception cref="KafkaException">The broker or the client refused.</exception>
    public void Commit(string topic, ReadOnlySpan<long> nextOffsets, bool wait)
    {
        var list = _newList(nextOffsets.Length);
        fixed (byte* name = Encoding.UTF8.GetBytes(topic + '\0'))
        {
            for (var partition = 0; partition < nextOffsets.Length; partition++)
            {
                if (nextOffsets[partition] > 0)
                {
                    _add(list, name, partition);
                    _ = _setOffset(list, name, partition, nextOffsets[partition]);
                }
            }
        }

        var error = (ErrorCode)_commit(_client, list, wait ? 0 : 1);
        _destroyList(list);
        if (error != ErrorCode.NoError)
        {
            throw new KafkaException(error);
        }
    }

    public void Dispose() => _destroyQueue(_queue);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object LibrdkafkaHandle(Handle handle);
}
