using Confluent.Kafka;
using Consumers.Framework.Clients;
using Consumers.Framework.Committing;
using Consumers.Framework.Configuration;
using Consumers.Framework.Diagnostics;
using Consumers.Framework.Leases;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Positions;

/// <summary>
/// Notices that a topic was deleted and created again under a consumer. The classic client does not: it goes on at its old offset, which
/// skips what stands below in the new topic. Timer's and pool's threads, one look at a time.
/// </summary>
/// <remarks>
/// A lease knows the id of its topic from the assignment, where it is asked for before the committed offsets are: when the topic is made
/// anew in between, the lease has the old id, and starts over at the next look. Where no answer came then, the lease is of the topic that is
/// seen first.
/// </remarks>
internal sealed class TopicWatch : IDisposable
{
    private readonly ConsumerSettings _settings;
    private readonly ITopicIds _ids;
    private readonly KnownTopics _topics;
    private readonly Func<IEnumerable<PartitionLease>> _leases;
    private readonly Action<PartitionLease, string> _madeAnew;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly IReadOnlyList<string> _named;

    private int _isLooking;
    private bool _unavailableSaid;

    /// <param name="settings">The consumer.</param>
    /// <param name="ids">What the cluster says.</param>
    /// <param name="topics">Told of the ids.</param>
    /// <param name="leases">The leases of all workers.</param>
    /// <param name="madeAnew">Told of each lease whose topic is another one now, and of the id of that.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public TopicWatch(
        ConsumerSettings settings, ITopicIds ids, KnownTopics topics, Func<IEnumerable<PartitionLease>> leases, Action<PartitionLease, string> madeAnew, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _ids = ids;
        _topics = topics;
        _leases = leases;
        _madeAnew = madeAnew;
        _time = time;
        _logger = logger;
        topics.ForgetIds();

        // At once: so the connection stands, and the ids are known, before the group assigns anything.
        _named = [.. settings.Options.Topics, .. settings.Options.Partitions.Keys];
        topics.IdsAreAsked = _named.Count > 0;
        _timer = time.CreateTimer(static watch => _ = ((TopicWatch)watch!).LookAsync(), this, TimeSpan.Zero, settings.Options.TopicCheckInterval);
    }

    private IEnumerable<PartitionLease> Open => _leases().Where(static lease => lease.State == LeaseState.Open);

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
            // A topic that was owned once is looked at for as long as the consumer runs: one that is made anew meanwhile, and was consumed
            // by others since, is no news when it comes back.
            HashSet<string> topics = [.. _named, .. _topics.WithId, .. Open.Select(static lease => lease.TopicPartition.Topic)];
            if (topics.Count > 0)
            {
                _topics.IdsAreAsked = true;
                Compare(await _ids.OfAsync(_settings, topics).ConfigureAwait(false));
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

    private void Compare(IReadOnlyDictionary<string, string> answer)
    {
        _topics.IdsAreTold = true;
        var now = _time.GetTimestamp();
        var ids = answer.ToDictionary(static told => told.Key, told => _topics.SeenId(told.Key, told.Value, now), StringComparer.Ordinal);
        foreach (var lease in Open)
        {
            if (ids.TryGetValue(lease.TopicPartition.Topic, out var id) && (lease.Assigned.TopicId ??= id) != id)
            {
                _madeAnew(lease, id);
            }
        }
    }
}
