using Confluent.Kafka;

namespace Consumers.Framework.Positions;

/// <summary>
/// The partitions that wait to be put right, in turn: one that no broker knows does not keep the others waiting. Poll thread only.
/// </summary>
/// <param name="retryAfter">How long a partition waits that could not be put right because the brokers had no answer.</param>
/// <param name="patience">How long one round may take, and one question.</param>
/// <param name="time">The clock.</param>
internal sealed class StoppedPartitions(TimeSpan retryAfter, TimeSpan patience, TimeProvider time)
{
    private readonly List<StoppedPartition> _waiting = [];
    private readonly List<StoppedPartition> _again = [];
    private long? _silentSince;

    /// <summary>Adds one, in the place of what was known of its partition.</summary>
    public void Put(StoppedPartition stopped)
    {
        Remove(stopped.Lease.TopicPartition);
        _waiting.Add(stopped);
    }

    /// <summary>
    /// There is no answer about the partition. A broker that is silent has used the patience up, and is not asked about the next one. One that
    /// has no such partition (a topic that was made anew may have fewer) says so at once.
    /// </summary>
    /// <param name="stopped">The partition.</param>
    /// <param name="askedAt">When the broker was asked.</param>
    /// <returns>Whether it is the first time.</returns>
    public bool Defer(StoppedPartition stopped, long askedAt)
    {
        var now = time.GetTimestamp();
        _silentSince = time.GetElapsedTime(askedAt, now) > patience / 2 ? now : null;
        var isFirst = stopped.DeferredAt is null;
        stopped.DeferredAt = now;
        return isFirst;
    }

    /// <summary>One round.</summary>
    /// <param name="trySettle">Puts one right; false to come back to it at a later round.</param>
    public void Settle(Func<StoppedPartition, bool> trySettle)
    {
        if (_waiting.Count == 0 || (_silentSince is { } since && time.GetElapsedTime(since) < retryAfter))
        {
            return;
        }

        _silentSince = null;
        var startedAt = time.GetTimestamp();
        var tried = 0;
        while (tried < _waiting.Count && _silentSince is null && time.GetElapsedTime(startedAt) < patience)
        {
            var stopped = _waiting[tried++];
            if ((stopped.DeferredAt is { } deferredAt && time.GetElapsedTime(deferredAt) < retryAfter) || !trySettle(stopped))
            {
                _again.Add(stopped);
            }
        }

        // Behind those that have not had their turn.
        _waiting.RemoveRange(0, tried);
        _waiting.AddRange(_again);
        _again.Clear();
    }

    private void Remove(TopicPartition topicPartition) => _waiting.RemoveAll(stopped => stopped.Lease.TopicPartition == topicPartition);
}
