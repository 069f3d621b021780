using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Interop;
using Consumers.Framework.Records;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Clients;

/// <summary>
/// The source over librdkafka's batch call, on the consumer that Confluent.Kafka has built. Records stay in the client's memory until
/// they are released. Rebalance callbacks are served by the batch call and reach Confluent's handlers as usual.
/// </summary>
internal sealed unsafe class NativeRecordSource : IRecordSource
{
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromMilliseconds(500);

    private readonly ConsumerClient _client;
    private readonly NativeClient _native;
    private readonly NativeRecordReader _reader;
    private readonly NativeCommits _commits;
    private readonly TimeProvider _time;
    private readonly Action<long> _onLeaked;
    private readonly nint[] _messages;
    private readonly Dictionary<(nint Topic, int Partition), TopicPartition> _partitions = [];
    private readonly PartitionForwarding _forwarding;
    private int _woken;

    /// <param name="client">The client.</param>
    /// <param name="native">Its native side.</param>
    /// <param name="capacity">The most records that one call takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onLeaked">Told at the end how many records are still in use, when the client cannot be freed for that.</param>
    public NativeRecordSource(ConsumerClient client, NativeClient native, int capacity, TimeProvider time, Action<long> onLeaked)
    {
        _client = client;
        _native = native;
        _time = time;
        _onLeaked = onLeaked;
        _reader = new NativeRecordReader(native.Library);
        _commits = new NativeCommits(native);
        _messages = new nint[capacity];
        _forwarding = new PartitionForwarding(native, client.Assignment, time);
    }

    public RecordReader Reader => _reader;

    public bool IsMember => _client.IsMember;

    public string MemberId => _client.Consumer.MemberId;

    public string? TokenFailure => _client.TokenFailure;

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events) => _client.Subscribe(topics, events);

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events) => _client.Assign(partitions, events);

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        // What is there first. Only when nothing is: the call waits the whole timeout unless its buffer fills up, so one record is
        // waited for and then the rest is taken.
        if (Take(batch, _messages, TimeSpan.Zero) == 0 && Interlocked.Exchange(ref _woken, 0) == 0
            && Take(batch, _messages.AsSpan(0, 1), timeout) > 0)
        {
            Take(batch, _messages.AsSpan(1), TimeSpan.Zero);
        }

        _forwarding.JoinAgain();
    }

    /// <summary>
    /// The flag comes before the yield: the first call of a poll may use the yield up, and then the flag tells not to wait. A yield that
    /// comes later ends the wait; one that finds no wait ends the next, which costs nothing.
    /// </summary>
    public void Wake()
    {
        Volatile.Write(ref _woken, 1);
        _native.Wake();
    }

    public void Pause(TopicPartition topicPartition) => _client.Pause(topicPartition);

    public void Resume(TopicPartition topicPartition, long? position) => _client.Resume(topicPartition, position);

    public void FetchNow(TopicPartition topicPartition, long position) => _client.FetchNow(topicPartition, position);

    public void Hold(TopicPartition topicPartition) => _forwarding.Detach(topicPartition);

    public void LetFlow(TopicPartition topicPartition, long? position) => _forwarding.Join(topicPartition);

    public IOffsetLookup Offsets => _client.Offsets;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf)
    {
        _client.Assignment.StartAt(starts, positionOf);
        _partitions.Clear();
        _forwarding.AssignmentChanged();
    }

    public long? Position(TopicPartition topicPartition) => _client.Position(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => _client.HighWatermark(topicPartition);

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply) => _commits.Commit(points, reply);

    public void Close(bool leaveGroup)
    {
        _client.LetGo(leaveGroup);
        _native.Dispose();
        _commits.Dispose();
        if (AwaitReleased())
        {
            _client.Close();
            return;
        }

        // To destroy the client under live messages is a crash. It leaves its group, and stays.
        _native.Leave();
        _client.Abandon();
        _onLeaked(_reader.HandedOut - _reader.Released);
    }

    public void Abandon()
    {
        _commits.GiveUp();
        _client.Abandon();
    }

    private int Take(IRecordSink batch, Span<nint> room, TimeSpan timeout)
    {
        var callbacks = _client.Callbacks;
        var count = _native.Consume(room, (int)timeout.TotalMilliseconds);
        if (callbacks != _client.Callbacks)
        {
            // Topic handles are reused after an assignment.
            _partitions.Clear();
        }

        Add(batch, room[..count]);
        if (callbacks != _client.Callbacks)
        {
            _client.ThrowIfCallbackFailed();
            _client.Assignment.ThrowIfItDiffers();
            _forwarding.AssignmentChanged();
        }

        return count;
    }

    private void Add(IRecordSink batch, ReadOnlySpan<nint> messages)
    {
        nint topic = 0;
        var partition = -1;
        ClientFailedException? end = null;
        foreach (var address in messages)
        {
            var message = (NativeMessage*)address;
            if (message->Topic != 0 && (message->Topic != topic || message->Partition != partition))
            {
                topic = message->Topic;
                partition = message->Partition;
                var topicPartition = PartitionOf(topic, partition);
                batch.Select(topicPartition);
                _forwarding.Delivered(topicPartition);
            }

            if (message->Error == 0)
            {
                batch.Add(_reader.HandOut(message));
                continue;
            }

            // Not thrown from here: the messages behind it would never be destroyed.
            end = OnEvent(batch, message) ?? end;
            topic = 0;
        }

        if (end is not null)
        {
            throw end;
        }
    }

    private ClientFailedException? OnEvent(IRecordSink batch, NativeMessage* message)
    {
        var topicPartition = message->Topic == 0 ? null : PartitionOf(message->Topic, message->Partition);
        try
        {
            if ((ErrorCode)message->Error == ErrorCode.Local_PartitionEOF)
            {
                batch.AddEnd(topicPartition!, message->Offset);
            }
            else
            {
                _client.OnConsumeError(_native.ErrorOf(message), topicPartition, message->Offset, batch);
            }

            return null;
        }
        catch (ClientFailedException exception)
        {
            return exception;
        }
        finally
        {
            _native.Library.MessageDestroy(message);
        }
    }

    private TopicPartition PartitionOf(nint topic, int partition)
    {
        if (!_partitions.TryGetValue((topic, partition), out var known))
        {
            known = new TopicPartition(_native.TopicName(topic), partition);
            _partitions.Add((topic, partition), known);
        }

        return known;
    }

    /// <summary>Handlers that ignored their cancellation may still read; those that are about to return are waited for.</summary>
    private bool AwaitReleased()
    {
        var startedAt = _time.GetTimestamp();
        var wait = new SpinWait();
        while (_reader.Released != _reader.HandedOut)
        {
            if (_time.GetElapsedTime(startedAt) > ReleasePatience)
            {
                return false;
            }

            wait.SpinOnce();
        }

        return true;
    }
}
