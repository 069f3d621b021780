using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;
using Consumers.Framework.Tests.Fakes;

namespace Consumers.Framework.Tests.Hosting;

/// <summary>A client that does, at its next poll, what the test tells it.</summary>
internal sealed class FakeSource(string consumer, int worker) : IRecordSource
{
    private readonly BlockingCollection<Action<IRecordSink>> _polls = [];
    private readonly ConcurrentQueue<TopicPartitionOffset> _commits = new();
    private readonly ConcurrentDictionary<TopicPartition, bool> _paused = new();
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ISourceEvents? _events;

    public FakeReader FakeReader { get; } = new();

    public RecordReader Reader => FakeReader;

    /// <summary>Whether the group has taken it in.</summary>
    public bool IsMember { get; set; }

    public string MemberId => "member";

    public string Consumer { get; } = consumer;

    public int Worker { get; } = worker;

    /// <summary>Why a commit is refused; null accepts it.</summary>
    public Func<Error?> RefuseCommit { get; set; } = static () => null;

    /// <summary>What closing does; it may block.</summary>
    public Action? OnClose { get; set; }

    /// <summary>Whether closing was to end a static membership too.</summary>
    public bool? WasAskedToLeave { get; private set; }

    public Task Subscribed => _subscribed.Task;

    public Task Closing => _closing.Task;

    public Task Closed => _closed.Task;

    public bool IsClosed => _closed.Task.IsCompletedSuccessfully;

    /// <summary>How often it was polled.</summary>
    public int Polls { get; private set; }

    /// <summary>The commits that came, in order.</summary>
    public IReadOnlyList<TopicPartitionOffset> Commits => [.. _commits];

    public IReadOnlyCollection<TopicPartition> Paused => [.. _paused.Keys];

    /// <summary>Where the partitions were to start that it was given last, or that it was assigned without a group.</summary>
    public IReadOnlyList<TopicPartitionOffset> Starts { get; private set; } = [];

    public void Give(params int[] partitions) => _polls.Add(_ => Starts = _events!.Assigned(Partitions(partitions)));

    public void Take(params int[] partitions) => _polls.Add(_ => TakeNow(partitions));

    /// <summary>On the thread of the caller, as a client does while it closes.</summary>
    public void GiveNow(params int[] partitions) => _events!.Assigned(Partitions(partitions));

    /// <summary>On the thread of the caller, as a client does while it closes.</summary>
    public void TakeNow(params int[] partitions) => _events!.Revoked(Partitions(partitions));

    public void Lose(params int[] partitions) => _polls.Add(_ => _events!.Lost(Partitions(partitions)));

    public void Deliver(int partition, long start, int count) => _polls.Add(batch =>
    {
        foreach (var record in FakeReader.Range(start, count))
        {
            batch.Add(new TopicPartition("orders", partition), record);
        }
    });

    /// <summary>The client has delivered everything below the offset.</summary>
    public void End(int partition, long offset) => _polls.Add(batch => batch.AddEnd(new TopicPartition("orders", partition), offset));

    /// <summary>One record of partition 0.</summary>
    public void Deliver(long offset, byte[]? value, byte[]? key = null, string? messageType = null)
    {
        var headers = new Headers();
        if (messageType is not null)
        {
            headers.Add("message-type", Encoding.UTF8.GetBytes(messageType));
        }

        var record = FakeReader.Make(offset, key: key, value: value, headers: headers);
        _polls.Add(batch => batch.Add(new TopicPartition("orders", 0), record));
    }

    /// <summary>The broker refuses a topic, or the member itself.</summary>
    public void Refuse(Error error, TopicPartition? topicPartition = null) => _polls.Add(_ => _events!.SubscriptionFailed(error, topicPartition));

    /// <summary>Ends after so many further polls.</summary>
    public async Task PollsAsync(int count)
    {
        for (var poll = 0; poll < count; poll++)
        {
            var polled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _polls.Add(_ => polled.SetResult());
            await polled.Task;
        }
    }

    public void Fail(Exception exception) => _polls.Add(_ => throw exception);

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        _events = events;
        _subscribed.TrySetResult();
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        Starts = [.. partitions];
        Subscribe([], events);
    }

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        Polls++;
        if (_polls.TryTake(out var poll, timeout))
        {
            poll(batch);
        }
    }

    public void Wake()
    {
    }

    public void Pause(TopicPartition topicPartition) => _paused[topicPartition] = true;

    public void Resume(TopicPartition topicPartition, long? position) => _paused.TryRemove(topicPartition, out _);

    public void FetchNow(TopicPartition topicPartition, long position)
    {
    }

    public void Hold(TopicPartition topicPartition)
    {
    }

    public void LetFlow(TopicPartition topicPartition, long? position)
    {
    }

    /// <summary>What the brokers say of a topic of eight partitions.</summary>
    public FakeOffsetLookup Brokers { get; } = new() { Topics = { ["orders"] = 8 } };

    public IOffsetLookup Offsets => Brokers;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf)
    {
    }

    public long? Position(TopicPartition topicPartition) => null;

    public long? HighWatermark(TopicPartition topicPartition) => null;

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        foreach (var point in points)
        {
            _commits.Enqueue(new TopicPartitionOffset(point.Source.TopicPartition, point.NextOffset));
        }

        if (RefuseCommit() is { } error)
        {
            reply.RefuseAll(error);
        }

        return true;
    }

    public void Close(bool leaveGroup)
    {
        WasAskedToLeave = leaveGroup;
        _closing.TrySetResult();
        OnClose?.Invoke();
        _closed.TrySetResult();
    }

    public void Abandon()
    {
    }

    private static TopicPartition[] Partitions(int[] partitions) => [.. partitions.Select(static partition => new TopicPartition("orders", partition))];
}
