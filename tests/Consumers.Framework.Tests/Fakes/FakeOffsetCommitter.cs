using System.Collections.Concurrent;
using Confluent.Kafka;
using Consumers.Framework.Committing;

namespace Consumers.Framework.Tests.Fakes;

/// <summary>A broker's side of commits: notes each request, and answers as the test says.</summary>
internal sealed class FakeOffsetCommitter : IOffsetCommitter
{
    private readonly BlockingCollection<IReadOnlyList<Point>> _requests = [];
    private readonly ConcurrentQueue<IReadOnlyList<Point>> _all = new();
    private int _running;

    /// <summary>The answer; it may block as long as it likes.</summary>
    public Func<IReadOnlyList<CommitPoint>, Refusals> Answer { get; set; } = static _ => Refusals.None;

    public IReadOnlyList<IReadOnlyList<Point>> Requests => [.. _all];

    public bool Overlapped { get; private set; }

    public static Refusals Each(IReadOnlyList<CommitPoint> points, Func<CommitPoint, ErrorCode> code) =>
        new([.. points.Select(point => new Error(code(point)))], IsWhole: false);

    public static Refusals Whole(IReadOnlyList<CommitPoint> points, ErrorCode code) =>
        new([.. points.Select(_ => new Error(code))], IsWhole: true);

    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        Overlapped |= Interlocked.Increment(ref _running) != 1;
        Point[] request = [.. points.Select(static point => new Point(point.Source.TopicPartition.Partition.Value, point.NextOffset, point.LeaderEpoch, point.Source.State))];
        _all.Enqueue(request);
        _requests.Add(request);
        try
        {
            return Answer(points).WriteTo(reply);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>The next request that the test has not taken yet.</summary>
    public IReadOnlyList<Point> Next() =>
        _requests.TryTake(out var request, Waiting.Limit) ? request : throw new TimeoutException("No commit was sent.");

    /// <summary>An error for each point; <see cref="ErrorCode.NoError"/> where it was accepted.</summary>
    internal sealed record Refusals(IReadOnlyList<Error> Errors, bool IsWhole)
    {
        /// <summary>Everything is accepted.</summary>
        public static Refusals None { get; } = new([], IsWhole: false);

        /// <summary>The broker that never answers, until its client is given up.</summary>
        public static Refusals Never { get; } = new([], IsWhole: false) { IsAnswer = false };

        private bool IsAnswer { get; init; } = true;

        public bool WriteTo(CommitReply reply)
        {
            if (IsWhole)
            {
                reply.RefuseAll(Errors[0]);
                return true;
            }

            for (var index = 0; index < Errors.Count; index++)
            {
                if (Errors[index].IsError)
                {
                    reply.Refuse(index, Errors[index]);
                }
            }

            return IsAnswer;
        }
    }

    internal readonly record struct Point(int Partition, long NextOffset, int LeaderEpoch, LeaseState LeaseState);
}
