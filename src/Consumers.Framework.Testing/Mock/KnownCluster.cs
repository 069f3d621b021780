namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// The brokers and topics that the embedded cluster is known to have: the native code does not check its arguments, and crashes on some.
/// Topics change under the lock of <see cref="EmbeddedKafka"/>.
/// </summary>
internal sealed class KnownCluster(int brokers)
{
    private const int LongestTopicName = 249;
    private const int MostPartitions = 10_000;

    private readonly Dictionary<string, int> _partitions = new(StringComparer.Ordinal);

    public IReadOnlyList<int> Brokers { get; } = [.. Enumerable.Range(1, brokers)];

    public static void CheckTopic(string topic, int partitions)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        if (topic.Length > LongestTopicName || topic is "." or ".." || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new ArgumentException($"'{topic}' is no topic name: up to 249 letters, digits, '.', '_' and '-'.", nameof(topic));
        }

        if (partitions is < 1 or > MostPartitions)
        {
            throw new ArgumentOutOfRangeException(nameof(partitions), partitions, $"Topic '{topic}': 1 to 10,000 partitions.");
        }
    }

    public int CheckReplicationFactor(int? factor)
    {
        if (factor is { } given && (given < 1 || given > Brokers.Count))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), given, $"1 to {Brokers.Count}, the number of brokers.");
        }

        return factor ?? Math.Min(3, Brokers.Count);
    }

    public void CheckBroker(int broker)
    {
        if (broker < 1 || broker > Brokers.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(broker), broker, $"There is no such broker; the ids are 1 to {Brokers.Count}.");
        }
    }

    public void CheckPartition(string topic, int partition)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (!_partitions.TryGetValue(topic, out var count))
        {
            throw new ArgumentException($"Topic '{topic}' was not created here. Create it with CreateTopic before the first client asks for it.", nameof(topic));
        }

        if (partition < 0 || partition >= count)
        {
            throw new ArgumentOutOfRangeException(nameof(partition), partition, $"Topic '{topic}' has the partitions 0 to {count - 1}.");
        }
    }

    public void Add(string topic, int partitions) => _partitions.Add(topic, partitions);

    public void Remove(string topic) => _partitions.Remove(topic);
}
