using Confluent.Kafka;

namespace Consumers.Framework;

/// <summary>Partitions that a worker has been given and has not begun to read. Safe from any thread.</summary>
public sealed class PartitionsAssignedContext : RebalanceContext
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TopicPartition, Offset> _starts = [];
    private bool _isOver;

    /// <summary>Creates a context; the framework does it for each call, and a test of a listener may.</summary>
    /// <param name="consumer">The consumer's name.</param>
    /// <param name="worker">The worker's index.</param>
    /// <param name="partitions">The partitions.</param>
    public PartitionsAssignedContext(string consumer, int worker, IReadOnlyList<TopicPartition> partitions)
        : base(consumer, worker, partitions)
    {
    }

    /// <summary>Where partitions are to start, as far as <see cref="StartAt"/> was called; a copy.</summary>
    public IReadOnlyDictionary<TopicPartition, Offset> Starts
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<TopicPartition, Offset>(_starts);
            }
        }
    }

    /// <summary>
    /// Says where a partition starts: the next offset to read, from a store of your own. It goes before the offset that the group has
    /// committed. Called again for the same partition, the last call counts.
    /// </summary>
    /// <param name="start">The partition, and an offset from 0 on, <see cref="Offset.Beginning"/> or <see cref="Offset.End"/>.</param>
    /// <exception cref="ArgumentException">The partition is not among <see cref="RebalanceContext.Partitions"/>, or the offset is none to start at.</exception>
    /// <exception cref="InvalidOperationException">The partitions have been started already: the call came after its budget.</exception>
    public void StartAt(TopicPartitionOffset start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (!Partitions.Contains(start.TopicPartition))
        {
            throw new ArgumentException(
                $"{Name(start.TopicPartition)} cannot start at offset {start.Offset}: it was not assigned; assigned are {string.Join(", ", Partitions.Select(Name))}.", nameof(start));
        }

        if (start.Offset.IsSpecial && start.Offset != Offset.Beginning && start.Offset != Offset.End)
        {
            throw new ArgumentException($"{Name(start.TopicPartition)} cannot start at {start.Offset}: give an offset from 0 on, Beginning or End.", nameof(start));
        }

        lock (_gate)
        {
            if (_isOver)
            {
                throw new InvalidOperationException($"{Name(start.TopicPartition)} has been started already: StartAt came after the time that the listener has for OnAssignedAsync.");
            }

            _starts[start.TopicPartition] = start.Offset;
        }
    }

    /// <summary>The partitions start now: what comes later is refused.</summary>
    internal IReadOnlyDictionary<TopicPartition, Offset> Finish()
    {
        lock (_gate)
        {
            _isOver = true;
            return _starts;
        }
    }

    private static string Name(TopicPartition partition) => $"{partition.Topic}[{partition.Partition.Value}]";
}
