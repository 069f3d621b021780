using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Consumers.Framework.Interop;

/// <summary>
/// The native side of one Confluent consumer: batches, commits with an answer that can be waited for in slices, and a wake-up. Belongs
/// to the poll thread, except <see cref="Commit"/> and <see cref="AwaitCommit"/> (the committer's) and <see cref="Wake"/> (any).
/// </summary>
internal sealed unsafe class NativeClient : IDisposable
{
    private readonly Librdkafka _library;
    private readonly nint _client;
    private readonly nint _consumerQueue;
    private readonly nint _commitQueue;
    private readonly Dictionary<string, byte[]> _topicNames = new(StringComparer.Ordinal);
    private readonly object _gate = new();
    private bool _disposed;

    private NativeClient(Librdkafka library, nint client)
    {
        _library = library;
        _client = client;
        _consumerQueue = library.QueueGetConsumer(client);
        _commitQueue = library.QueueNew(client);
    }

    /// <summary>Opens the native side; null with the reason when this build of the client does not have what it takes.</summary>
    public static NativeClient? TryOpen(IClient client, out string? missing)
    {
        if (Librdkafka.Instance is { } library)
        {
            return TryOpen(client, library, out missing);
        }

        missing = Librdkafka.Missing;
        return null;
    }

    /// <summary>As the other, with functions of the caller's.</summary>
    public static NativeClient? TryOpen(IClient client, Librdkafka library, out string? missing) =>
        ConfluentHandle.TryGet(client, out var handle, out missing) ? new NativeClient(library, handle) : null;

    public Librdkafka Library => _library;

    /// <summary>
    /// Takes up to as many messages as the buffer holds. Waits the whole timeout unless the buffer fills up. Callbacks of the client are
    /// called on the way. Never two at once.
    /// </summary>
    /// <returns>How many there are; each has to be destroyed once.</returns>
    public int Consume(Span<nint> messages, int timeoutMilliseconds)
    {
        fixed (nint* buffer = messages)
        {
            return (int)Math.Max(0, _library.ConsumeBatchQueue(_consumerQueue, timeoutMilliseconds, (NativeMessage**)buffer, (nuint)messages.Length));
        }
    }

    /// <summary>Ends the <see cref="Consume"/> that waits, or the next one.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _library.QueueYield(_consumerQueue);
            }
        }
    }

    /// <summary>
    /// Keeps a partition's messages in a queue of its own, where they wait and count as prefetched, or joins that queue to the
    /// consumer's again. Nothing is thrown away, unlike by a pause.
    /// </summary>
    public void Forward(string topic, int partition, bool toConsumer)
    {
        fixed (byte* name = TopicBytes(topic))
        {
            var queue = _library.QueueGetPartition(_client, name, partition);
            if (queue != 0)
            {
                _library.QueueForward(queue, toConsumer ? _consumerQueue : 0);
                _library.QueueDestroy(queue);
            }
        }
    }

    private byte[] TopicBytes(string topic)
    {
        if (!_topicNames.TryGetValue(topic, out var name))
        {
            _topicNames.Add(topic, name = System.Text.Encoding.UTF8.GetBytes(topic + '\0'));
        }

        return name;
    }

    public string TopicName(nint topic) => Marshal.PtrToStringUTF8(_library.TopicName(topic)) ?? "";

    /// <summary>The error that a message stands for.</summary>
    public Error ErrorOf(NativeMessage* message)
    {
        var code = (ErrorCode)message->Error;
        if (code != ErrorCode.Local_Fatal)
        {
            return new Error(code, Marshal.PtrToStringUTF8(_library.MessageErrorText(message)) ?? "");
        }

        var text = stackalloc byte[512];
        var cause = (ErrorCode)_library.FatalError(_client, text, 512);
        return new Error(cause, Marshal.PtrToStringUTF8((nint)text) ?? "", isFatal: true);
    }

    /// <summary>Sends a commit. Its answer comes to <see cref="AwaitCommit"/>.</summary>
    /// <returns>Why it could not be sent; no answer comes then.</returns>
    public ErrorCode Commit(NativePartitionList* offsets) => (ErrorCode)_library.CommitQueue(_client, offsets, _commitQueue, 0, 0);

    /// <summary>Waits for the answer to the commit that was sent.</summary>
    /// <returns>The event, to be destroyed; 0 when it has not come.</returns>
    public nint AwaitCommit(int timeoutMilliseconds) => _library.QueuePoll(_commitQueue, timeoutMilliseconds);

    /// <summary>Leaves the group without destroying the client, for one whose messages are still in use.</summary>
    public void Leave() => _ = _library.ConsumerClose(_client);

    /// <summary>Lets go of the queues, which the client waits for when it is destroyed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _library.QueueDestroy(_commitQueue);
        _library.QueueDestroy(_consumerQueue);
    }
}
