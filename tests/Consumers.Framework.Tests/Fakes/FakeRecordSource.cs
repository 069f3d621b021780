using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Records;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A client that does what the test's script says inside its polls, and notes what is asked of it, in order.</summary>
internal sealed class FakeRecordSource(FakeReader reader) : IRecordSource
{
    private readonly ConcurrentQueue<Action<IRecordSink, ISourceEvents>> _script = new();
    private readonly ConcurrentQueue<string> _journal = new();
    private ISourceEvents? _events;

    public FakeOffsetCommitter Commits { get; } = new();

    public RecordReader Reader => reader;

    public bool IsMember => false;

    public string MemberId { get; set; } = "first";

    public IReadOnlyList<string> Journal => [.. _journal];

    public bool Woken { get; private set; }

    public Func<TopicPartition, long?> PositionOf { get; set; } = static _ => null;

    /// <summary>What the next poll does.</summary>
    public void Then(Action<IRecordSink, ISourceEvents> step) => _script.Enqueue(step);

    public void Subscribe(IEnumerable<string> topics, ISourceEvents events)
    {
        _events = events;
        Note($"subscribe {string.Join(',', topics)}");
    }

    public void Assign(IEnumerable<TopicPartitionOffset> partitions, ISourceEvents events)
    {
        _events = events;
        Note($"assign {Names(partitions.Select(static start => start.TopicPartition))}");
    }

    public void Poll(TimeSpan timeout, IRecordSink batch)
    {
        if (_script.TryDequeue(out var step))
        {
            step(batch, _events!);
        }
        else
        {
            Thread.Yield();
        }
    }

    public void Wake() => Woken = true;

    public void Pause(TopicPartition topicPartition) => Note($"pause {topicPartition.Partition.Value}");

    public void Resume(TopicPartition topicPartition, long? position) => Note($"resume {topicPartition.Partition.Value}@{position}");

    public void FetchNow(TopicPartition topicPartition, long position) => Note($"fetch {topicPartition.Partition.Value}@{position}");

    public void Hold(TopicPartition topicPartition) => Note($"hold {topicPartition.Partition.Value}");

    public void LetFlow(TopicPartition topicPartition, long? position) => Note($"let flow {topicPartition.Partition.Value}@{position}");

    public FakeOffsetLookup Brokers { get; } = new();

    public IOffsetLookup Offsets => Brokers;

    public void StartAt(IReadOnlyCollection<TopicPartitionOffset> starts, Func<TopicPartition, Offset> positionOf) =>
        Note($"start {string.Join(',', starts.Select(static start => $"{start.Partition.Value}@{start.Offset.Value}"))}");

    public long? Position(TopicPartition topicPartition) => PositionOf(topicPartition);

    public long? HighWatermark(TopicPartition topicPartition) => null;

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        Note($"commit {string.Join(',', points.Select(static point => $"{point.Source.TopicPartition.Partition.Value}@{point.NextOffset}"))}");
        return Commits.Commit(points, reply);
    }

    public void Close(bool leaveGroup) => Note(leaveGroup ? "leave and close" : "close");

    public void Abandon() => Note("abandon");

    public static TopicPartition[] Partitions(params int[] partitions) => [.. partitions.Select(static partition => new TopicPartition("orders", partition))];

    private static string Names(IEnumerable<TopicPartition> partitions) => string.Join(',', partitions.Select(static partition => partition.Partition.Value));

    private void Note(string entry) => _journal.Enqueue(entry);
}
