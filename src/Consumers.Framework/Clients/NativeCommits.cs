using System.Runtime.InteropServices;
using Confluent.Kafka;
using Consumers.Framework.Committing;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Clients;

/// <summary>
/// Offset commits by librdkafka's own call, with the answer on a private queue: it is not served by polls, so lanes that wait for a
/// commit do not depend on a poll thread that waits for those lanes. The committer's thread only, except <see cref="GiveUp"/>.
/// </summary>
internal sealed unsafe class NativeCommits(NativeClient native) : IDisposable
{
    private const int SliceMilliseconds = 500;

    private readonly Dictionary<string, nint> _topicNames = new(StringComparer.Ordinal);
    private volatile bool _givenUp;

    /// <returns>False when the client was given up before the answer came.</returns>
    public bool Commit(IReadOnlyList<CommitPoint> points, CommitReply reply)
    {
        var offsets = native.Library.PartitionListNew(points.Count);
        try
        {
            for (var index = 0; index < points.Count; index++)
            {
                Add(offsets, points[index], index);
            }

            var unsent = native.Commit(offsets);
            if (unsent == ErrorCode.NoError)
            {
                return AwaitAnswer(reply);
            }

            reply.RefuseAll(new Error(unsent));
            return true;
        }
        finally
        {
            native.Library.PartitionListDestroy(offsets);
        }
    }

    /// <summary>Any thread: nobody waits for the answer any more.</summary>
    public void GiveUp() => _givenUp = true;

    public void Dispose()
    {
        foreach (var name in _topicNames.Values)
        {
            Marshal.FreeCoTaskMem(name);
        }

        _topicNames.Clear();
    }

    private void Add(NativePartitionList* offsets, in CommitPoint point, int index)
    {
        var topicPartition = point.Source.TopicPartition;
        ref var name = ref CollectionsMarshal.GetValueRefOrAddDefault(_topicNames, topicPartition.Topic, out var isKnown);
        if (!isKnown)
        {
            name = Marshal.StringToCoTaskMemUTF8(topicPartition.Topic);
        }

        var element = native.Library.PartitionListAdd(offsets, (byte*)name, topicPartition.Partition.Value);
        element->Offset = point.NextOffset;
        element->Tag = index;
        if (point.LeaderEpoch >= 0)
        {
            native.Library.PartitionSetLeaderEpoch(element, point.LeaderEpoch);
        }
    }

    private bool AwaitAnswer(CommitReply reply)
    {
        nint answer;
        do
        {
            answer = native.AwaitCommit(SliceMilliseconds);
        }
        while (answer == 0 && !_givenUp);

        if (answer == 0)
        {
            return false;
        }

        try
        {
            Read(answer, reply);
            return true;
        }
        finally
        {
            native.Library.EventDestroy(answer);
        }
    }

    /// <summary>
    /// The call can fail as a whole while the broker has committed some of the partitions, so each one's code counts. When none has a
    /// code, the request never got an answer.
    /// </summary>
    private void Read(nint answer, CommitReply reply)
    {
        var whole = (ErrorCode)native.Library.EventError(answer);
        if (whole == ErrorCode.NoError)
        {
            return;
        }

        var partitions = native.Library.EventPartitions(answer);
        for (var index = 0; partitions != null && index < partitions->Count; index++)
        {
            ref var partition = ref partitions->Elements[index];
            if (partition.Error != 0)
            {
                reply.Refuse((int)partition.Tag, new Error((ErrorCode)partition.Error));
            }
        }

        if (reply.FirstRefusal is null)
        {
            reply.RefuseAll(new Error(whole));
        }
    }
}
