using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A client that does, at its next poll, what the test tells it, and notes what is asked of it, in order.</summary>
internal sealed class FakeSource(string consumer = "orders", int worker = 0, FakeReader? reader = null) : IRecordSource
{
    private readonly BlockingCollection<Action<IRecordSink, ISourceEvents>> _polls = [];
    private readonly ConcurrentQueue<string> _journal = new();
    private readonly ConcurrentDictionary<TopicPartition, bool> _paused = new();
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ISourceEvents? _events;

    public FakeReader FakeReader { get; } = reader ?? new();

    public RecordReader Reader => FakeReader;

    public string Consumer { get; } = consumer;

    public int Worker { get; } = worker;

    /// <summary>Whether the group has taken it in.</summary>
    public bool IsMember { get; set; }

    public string MemberId { get; set; } = "first";

    /// <summary>What the brokers say of a topic of eight partitions.</summary>
    public FakeOffsetLookup Brokers { get; } = new() { Topics = { ["orders"] = 8 } };

    public IOffsetLookup Offsets => Brokers;

    /// <summary>What the brokers say to commits.</summary>
    public FakeOffsetCommitter Committer { get; } = new();

    public Func<TopicPartition, long?> PositionOf { get; set; } = static _ => null;

    /// <summary>What closing does; it may block.</summary>
    public Action? OnClose { get; set; }

    /// <summary>What was asked of it, in order.</summary>
    public IReadOnlyList<string> Journal => [.. _journal];

    /// <summary>The commits that came, in order.</summary>
    public IReadOnlyList<TopicPartitionOffset> Commits =>
        [.. Committer.Requests.SelectMany(static request => request).Select(static point => new TopicPartitionOffset("orders", point.Partition, point.NextOffset))];

    /// <summary>Where the partitions were to start that it was given last, or that it was assigned without a group.</summary>
    public IReadOnlyList<TopicPartitionOffset> Starts { get; private set; } = [];

    public IReadOnlyCollection<TopicPartition> Paused => [.. _paused.Keys];

    public bool Woken { get; private set; }

    /// <summary>Whether closing was to end a static membership too.</summary>
    public bool? WasAskedToLeave { get; private set; }

    public Task Subscribed => _subscribed.Task;

    public Task Closing => _closing.Task;

    public Task Closed => _closed.Task;

    public bool IsClosed => _closed.Task.IsCompletedSuccessfully;

    public static TopicPartition[] Partitions(params int[] partitions) => [.. partitions.Select(static partition => new TopicPartition("orders", partition))];

    /// <summary>What the next poll does that has nothing to do yet.</summary>
    public void Then(Action<IRecordSink, ISourceEvents> poll) => _polls.Add(poll);

    public void Give(params int[] partitions) => Then((_, events) => Starts = events.Assigned(Partitions(partitions)));

    public void Take(params int[] partitions) => Then((_, events) => events.Revoked(Partitions(partitions)));

    /// <summary>On the thread of the caller, as a client does while it closes.</summary>
    public void GiveNow(params int[] partitions) => _events!.Assigned(Partitions(partitions));

    /// <summary>On the thread of the caller, as a client does while it closes.</summary>
    public void TakeNow(params int[] partitions) => _events!.Revoked(Partitions(partitions));

    public void Lose(params int[] partitions) => Then((_, events) => events.Lost(Partitions(partitions)));

    public void Deliver(int partition, long start, int count) => Then((batch, _) => Add(batch, partition, start, count));

    /// <summary>One record of partition 0.</summary>
    public void Deliver(long offset, byte[]? value, byte[]? key = null, string? messageType = null)
    {
        var headers = new Headers();
        if (messageType is not null)
        {
            headers.Add("message-type", Encoding.UTF8.GetBytes(messageType));
        }

        var record = FakeReader.Make(offset, key: key, value: value, headers: headers);
        Then((batch, _) => batch.Add(new TopicPartition("orders", 0), record));
    }

    /// <summary>In a poll: the records are part of what it brings.</summary>
    public void Add(IRecordSink batch, int partition, long start, int count)
    {
        foreach (var record in FakeReader.Range(start, count))
        {
            batch.Add(new TopicPartition("orders", partition), record);
        }
    }

    /// <summary>The client has delivered everything below the offset.</summary>
    public void End(int partition, long offset) => Then((batch, _) => batch.AddEnd(new TopicPartition("orders", partition), offset));

    /// <summary>The broker refuses a topic, or the member itself.</summary>
    public void Refuse(Error error, TopicPartition? topicPartition = null) => Then((_, events) => events.SubscriptionFailed(error, topicPartition));

    public void Fail(Exception exception) => Then((_, _) => throw exception);

    /// <summary>Ends after so many further polls.</summary>
    public async Task PollsAsync(int count)
    {
        for (var poll = 0; poll < count; poll++)
        {
            var polled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Then((_, _) => polled.SetResult());
            await polled.Task;
        }
    }

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        Note($"subscribe {string.Join(',', topics)}");
        Join(events);
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        Starts = [.. partitions];
        Note($"assign {string.Join(',', Starts.Select(static start => start.Partition.Value))}");
        Join(events);
    }

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        if (_polls.TryTake(out var poll, timeout))
        {
            poll(batch, _events!);
        }
    }

    public void Wake()
    {
        Woken = true;
        Then(static (_, _) => { });
    }

    public void Pause(TopicPartition topicPartition)
    {
        Note($"pause {topicPartition.Partition.Value}");
        _paused[topicPartition] = true;
    }

    public void Resume(TopicPartition topicPartition, long? position)
    {
        Note($"resume {topicPartition.Partition.Value}@{position}");
        _paused.TryRemove(topicPartition, out _);
    }

    public void FetchNow(TopicPartition topicPartition, long position) => Note($"fetch {topicPartition.Partition.Value}@{position}");

    public void Hold(TopicPartition topicPartition) => Note($"hold {topicPartition.Partition.Value}");

    public void LetFlow(TopicPartition topicPartition, long? position) => Note($"let flow {topicPartition.Partition.Value}@{position}");

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf) =>
        Note($"start {string.Join(',', starts.Select(static start => $"{start.Partition.Value}@{start.Offset.Value}"))}");

    public long? Position(TopicPartition topicPartition) => PositionOf(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => null;

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        Note($"commit {string.Join(',', points.Select(static point => $"{point.Source.TopicPartition.Partition.Value}@{point.NextOffset}"))}");
        return Committer.Commit(points, reply);
    }

    public void Close(bool leaveGroup)
    {
        Note(leaveGroup ? "leave and close" : "close");
        WasAskedToLeave = leaveGroup;
        _closing.TrySetResult();
        OnClose?.Invoke();
        _closed.TrySetResult();
    }

    public void Abandon() => Note("abandon");

    private void Join(ISourceEvents events)
    {
        _events = events;
        _subscribed.TrySetResult();
    }

    private void Note(string entry) => _journal.Enqueue(entry);
}
