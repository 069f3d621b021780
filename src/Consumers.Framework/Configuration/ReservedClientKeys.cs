namespace Consumers.Framework.Configuration;

/// <summary>The librdkafka keys that an option sets or that the framework owns. Immutable, read from any thread.</summary>
internal static class ReservedClientKeys
{
    private const string Producer = "is a producer's setting, and a consumer does not use it";
    private const string Callback = "is a callback, not a text";

    private static readonly Dictionary<string, ClientKeyAnswer> Answers = Build();

    public static IReadOnlyCollection<ClientKeyAnswer> All => Answers.Values;

    public static ClientKeyAnswer? Find(string key) => Answers.GetValueOrDefault(key);

    /// <summary>Whether only a producer has a use for it.</summary>
    public static bool IsProducers(string key) => Find(key) is { Wrong: Producer };

    private static Dictionary<string, ClientKeyAnswer> Build()
    {
        var answers = new Dictionary<string, ClientKeyAnswer>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in OptionCatalog.All.Where(o => o.ClientKey is not null))
        {
            Add(option.ClientKey!, "is set by an option", $"use {option.Path}");
        }

        Add("metadata.broker.list", "is another name of bootstrap.servers, which an option sets", "use BootstrapServers");
        Add("fetch.message.max.bytes", "is another name of max.partition.fetch.bytes, which an option sets", "use MaxPartitionFetchBytes");
        Add("message.max.bytes", "bounds what a producer sends; the framework sets it to match FetchMaxBytes", "use FetchMaxBytes");
        Add("enable.auto.commit", "is owned by the framework: it commits offsets of handled records only",
            "use Commit:Strategy (Auto commits at an interval)");
        Add("auto.commit.enable", "is owned by the framework: it commits offsets of handled records only",
            "use Commit:Strategy (Auto commits at an interval)");
        Add("auto.commit.interval.ms", "is owned by the framework", "use Commit:Interval with Commit:Strategy Auto");
        Add("enable.auto.offset.store", "is owned by the framework: it keeps the offsets itself",
            "remove it; Commit:Strategy says when offsets are committed");
        Add("offset.store.method", "is owned by the framework: offsets are kept at the broker", "remove it");
        Add("offset.store.path", "is owned by the framework: offsets are kept at the broker", "remove it");
        Add("offset.store.sync.interval.ms", "is owned by the framework: offsets are kept at the broker", "remove it");
        Add("enable.partition.eof", "is owned by the framework: an end of partition is no record",
            "remove it; lag 0 in metrics and health says the same");
        Add("statistics.interval.ms", "is owned by the framework: a statistics callback that fails loses a record",
            "remove it; the meter Consumers.Framework has the figures");
        Add("allow.auto.create.topics", "is owned by the framework: a consumer that creates what it misspells hides the mistake",
            "remove it, and create the topic");
        Add("group.protocol.type", "is owned by the framework", "remove it");
        Add("log.queue", "is owned by the framework: logs go to ILogger", "remove it");
        Add("enabled_events", "is owned by the framework", "remove it");
        Add("internal.termination.signal", "is owned by the framework: the host handles signals", "remove it");
        Add("client.software.name", "is set by Confluent.Kafka", "use ClientId");
        Add("client.software.version", "is set by Confluent.Kafka", "remove it");
        Add("consume.callback.max.messages", "belongs to a callback interface that is not used", "use MaxPollRecords");
        Add("share.acknowledgement.mode", "belongs to share groups, which Confluent.Kafka does not offer", "remove it");

        Add("rebalance_cb", "is owned by the framework", "remove it; Rebalance:DrainTimeout says how long a revocation waits");
        Add("offset_commit_cb", "is owned by the framework", "remove it; commits are logged and measured");
        Add("stats_cb", "is owned by the framework", "remove it; the meter Consumers.Framework has the figures");
        foreach (var key in new[]
        {
            "consume_cb", "error_cb", "throttle_cb", "log_cb", "background_event_cb", "socket_cb", "connect_cb", "closesocket_cb",
            "open_cb", "resolve_cb", "oauthbearer_token_refresh_cb", "ssl.certificate.verify_cb", "opaque", "default_topic_conf", "interceptors",
            "dr_cb", "dr_msg_cb", "partitioner_cb", "msg_order_cmp", "ssl_engine_callback_data",
        })
        {
            Add(key, Callback, "remove it");
        }

        foreach (var key in new[]
        {
            "transactional.id", "transaction.timeout.ms", "enable.idempotence", "enable.gapless.guarantee", "queue.buffering.max.messages",
            "queue.buffering.max.kbytes", "queue.buffering.max.ms", "queue.buffering.backpressure.threshold", "linger.ms",
            "message.send.max.retries", "retries", "compression.codec", "compression.type", "compression.level", "batch.num.messages",
            "batch.size", "delivery.report.only.error", "sticky.partitioning.linger.ms", "request.required.acks", "acks",
            "message.timeout.ms", "delivery.timeout.ms", "queuing.strategy", "produce.offset.report", "partitioner",
        })
        {
            Add(key, Producer, "remove it here; give it to the producer");
        }

        return answers;

        void Add(string key, string wrong, string fix) => answers.Add(key, new(key, wrong, fix));
    }
}
