using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Rebalancing;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Polling;

/// <summary>
/// Notices that a topic was deleted and created again under a consumer. The classic client does not: it goes on at its old offset, which
/// skips what stands below in the new topic. Timer's and pool's threads, one look at a time.
/// </summary>
/// <remarks>
/// A lease is of the topic whose id is seen first, because the partitions of a topic that is made anew in order (lost, and assigned again)
/// get new leases. So a topic that is made anew between an assignment and the first look is not noticed. A lease that starts at a commit
/// is of the topic that was seen before: T1 (the broker) makes the topic anew and assigns it; T2 (a worker) asks what is committed, and
/// is told of the old topic; T1 deletes its commits. When the commit was of the new topic after all, records are repeated.
/// </remarks>
internal sealed class TopicWatch : IDisposable
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(3);

    private readonly ConsumerSettings _settings;
    private readonly ITopicIds _ids;
    private readonly KnownTopics _topics;
    private readonly Func<IEnumerable<PartitionLease>> _leases;
    private readonly Action<PartitionLease> _madeAnew;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    /// <summary>The ids of the last look, by topic.</summary>
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private int _isLooking;
    private bool _unavailableSaid;

    /// <param name="settings">The consumer.</param>
    /// <param name="ids">What the cluster says.</param>
    /// <param name="topics">Told of a topic that is gone.</param>
    /// <param name="leases">The leases of all workers.</param>
    /// <param name="madeAnew">Told of each lease whose topic is another one now.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public TopicWatch(
        ConsumerSettings settings, ITopicIds ids, KnownTopics topics, Func<IEnumerable<PartitionLease>> leases, Action<PartitionLease> madeAnew, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _ids = ids;
        _topics = topics;
        _leases = leases;
        _madeAnew = madeAnew;
        _logger = logger;
        var interval = settings.Options.TopicCheckInterval;
        _timer = time.CreateTimer(static watch => _ = ((TopicWatch)watch!).LookAsync(), this, interval < FirstLook ? interval : FirstLook, interval);
    }

    public void Dispose() => _timer.Dispose();

    private async Task LookAsync()
    {
        // A cluster that does not answer may take longer than the interval.
        if (Interlocked.Exchange(ref _isLooking, 1) == 1)
        {
            return;
        }

        try
        {
            List<PartitionLease> open = [.. _leases().Where(static lease => lease.State == LeaseState.Open)];
            if (open.Count > 0)
            {
                Compare(open, await _ids.OfAsync(
                    _settings, [.. open.Select(static lease => lease.TopicPartition.Topic).Distinct(StringComparer.Ordinal)]).ConfigureAwait(false));
            }
        }
        catch (Exception exception)
        {
            if (!_unavailableSaid)
            {
                _unavailableSaid = true;
                Log.TopicIdsUnavailable(_logger, _settings.Name, ExceptionText.MessageOf(exception));
            }
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private void Compare(List<PartitionLease> open, IReadOnlyDictionary<string, string> ids)
    {
        foreach (var lease in open)
        {
            if (!ids.TryGetValue(lease.TopicPartition.Topic, out var id))
            {
                continue;
            }

            lease.TopicId ??= lease.StartsAtCommit ? _seen.GetValueOrDefault(lease.TopicPartition.Topic, id) : id;
            if (lease.TopicId != id)
            {
                _topics.Gone(lease.TopicPartition.Topic);
                _madeAnew(lease);
            }
        }

        foreach (var (topic, id) in ids)
        {
            _seen[topic] = id;
        }
    }
}
