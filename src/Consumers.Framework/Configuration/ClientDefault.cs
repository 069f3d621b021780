namespace Consumers.Framework.Configuration;

/// <summary>A client setting that starts from another value here than in librdkafka. The <c>Client</c> group may override it.</summary>
/// <param name="Key">The librdkafka key.</param>
/// <param name="Value">The value here.</param>
/// <param name="ClientValue">librdkafka's own default.</param>
/// <param name="Reason">Why.</param>
internal sealed record ClientDefault(string Key, string Value, string ClientValue, string Reason)
{
    public static IReadOnlyList<ClientDefault> All { get; } =
    [
        new("fetch.queue.backoff.ms", "2", "1000",
            "When the prefetch queue is full the next fetch is put off by this whole time, "
            + "and a fast consumer empties the queue long before: 1.6 times slower with 10, many times with 1000."),
        new("queued.min.messages", "5000", "100000",
            "A pause or a rebalance throws the prefetched records away, and each partition whose handlers are slow "
            + "holds as many; with a back-off of 2 ms a small queue costs next to no speed."),
        new("queued.max.messages.kbytes", "16384", "65536",
            "The prefetch is per client, so it is multiplied by the workers; 16 MiB holds some fetches of usual size."),
        new("topic.metadata.refresh.interval.ms", "30000", "300000",
            "So late at most are a topic that a pattern matches, and a partition that is added, noticed under the classic protocol; "
            + "their records wait for as long."),
        new("check.crcs", "true", "false",
            "A batch that is damaged on a broker's disk would be delivered as if it were not; "
            + "Kafka's own consumer checks too."),
    ];
}
