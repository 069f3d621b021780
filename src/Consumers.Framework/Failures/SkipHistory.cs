using Confluent.Kafka;
using Consumers.Framework.Diagnostics;

namespace Consumers.Framework.Failures;

/// <summary>
/// What a consumer has given up by policy: a series of skips begins with the first one after a time without any. One for a consumer, so that
/// it outlives its clients. Any thread; a lock guards it.
/// </summary>
/// <param name="lasts">How long a skip counts: without another one for so long, the series is over.</param>
/// <param name="time">The clock.</param>
internal sealed class SkipHistory(TimeSpan lasts, TimeProvider time)
{
    private readonly Lock _gate = new();
    private TopicPartitionOffset? _last;
    private string _reason = "";
    private long _total;
    private long _series;
    private long _beganAt;
    private long _lastAt;

    public void Add(TopicPartitionOffset record, string reason)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!IsOnLocked(now))
            {
                _series = 0;
                _beganAt = now;
            }

            _total++;
            _series++;
            _last = record;
            _reason = reason;
            _lastAt = now;
        }
    }

    /// <summary>What was skipped; null when nothing was.</summary>
    public SkippedRecords? GetSnapshot()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return _last is null ? null : new SkippedRecords
            {
                Total = _total,
                Recent = IsOnLocked(now) ? _series : 0,
                RecentFor = IsOnLocked(now) ? time.GetElapsedTime(_beganAt, now) : TimeSpan.Zero,
                Last = _last,
                LastReason = _reason,
                LastAge = time.GetElapsedTime(_lastAt, now),
            };
        }
    }

    private bool IsOnLocked(long now) => _last is not null && time.GetElapsedTime(_lastAt, now) < lasts;
}
