using Confluent.Kafka;

namespace Consumers.Framework.Configuration;

/// <summary>Every option of a consumer. Immutable, read from any thread.</summary>
internal static class OptionCatalog
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        Flag("Enabled", "true", o => o.Enabled, "Whether the consumer runs at all."),
        Flag("StartPaused", "false", o => o.StartPaused,
            "Whether it joins its group with all partitions paused, until it is resumed in code."),
        Text("Cluster", null, o => o.Cluster, "The cluster, a key of `Kafka:Clusters`."),
        new("BootstrapServers", OptionKind.ServerList, null, o => o.BootstrapServers, "Brokers to ask first, `host:port`, separated by commas or as a list.")
        {
            ClientKey = "bootstrap.servers",
        },
        new("Topics", OptionKind.TextList, null, o => o.Topics, "The topics to subscribe to."),
        Text("TopicPattern", null, o => o.TopicPattern,
            "A regular expression (POSIX extended); every topic whose whole name matches is subscribed to, those that come later too."),
        new("Partitions", OptionKind.PartitionMap, null, o => o.Partitions, "Partitions to consume without a subscription, by topic."),
        Place("From", o => o.From, "Where explicit partitions begin: by default as `AutoOffsetReset` says, or at the group's commit.",
            ReadBoundKind.Committed, ReadBoundKind.Earliest, ReadBoundKind.Latest),
        Place("Until", o => o.Until, "Where a read of explicit partitions ends, exclusive; without it, it never does.", ReadBoundKind.End),
        Choice("UntilReached", CompletionPolicy.StopConsumer, o => o.UntilReached, null, "What stops when everything up to `Until` is handled and committed."),
        Text("GroupId", "group.id", o => o.GroupId, "The consumer group. Required with `Topics` and `TopicPattern`."),
        Text("GroupInstanceId", "group.instance.id", o => o.GroupInstanceId,
            "A template that makes the workers static members: `{host}`, `{worker}`, `{name}`, `{env:VARIABLE}`."),
        Choice("GroupProtocol", GroupProtocol.Classic, o => o.GroupProtocol, "group.protocol",
            "The protocol by which members share partitions."),
        Choice("Assignor", PartitionAssignor.CooperativeSticky, o => o.Assignor, "partition.assignment.strategy",
            "How partitions are spread over members. Classic protocol only."),
        Choice("RemoteAssignor", RemoteAssignor.Uniform, o => o.RemoteAssignor, null,
            "How the broker spreads partitions over members (`group.remote.assignor`). `GroupProtocol: Consumer` only; the default is the broker's.")
            with { Default = null },
        Number("Workers", "1", 1, 256, o => o.Workers, null, "Threads, each with a client of its own."),
        Text("ClientId", "client.id", o => o.ClientId, "What the client calls itself at the broker; the consumer's name when not given."),
        Choice("AutoOffsetReset", OffsetReset.Earliest, o => o.AutoOffsetReset, "auto.offset.reset",
            "Where a partition starts that has no committed offset."),
        new("OutOfRange", OptionKind.Choice, null, o => o.OutOfRange,
            "Where a partition goes on whose position is not there any more. Not given: what `AutoOffsetReset` says, and `Fail` for `None`.")
        {
            Choices = Enum.GetNames<OutOfRangePolicy>(),
        },
        Duration("TopicCheckInterval", "00:00:30", TimeSpan.Zero, Day, o => o.TopicCheckInterval, null,
            "How often the cluster is asked whether a topic was deleted and created again; 0 for never."),
        Number("ResetProtection:MaxRecords", null, 0, long.MaxValue, o => o.ResetProtection.MaxRecords, null,
            "The most offsets that a reset may bring a second time."),
        Duration("ResetProtection:MaxAge", null, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650), o => o.ResetProtection.MaxAge, null,
            "How old a record may be that a reset brings a second time."),
        Choice("IsolationLevel", IsolationLevel.ReadCommitted, o => o.IsolationLevel, "isolation.level",
            "Whether records of open and aborted transactions are seen."),
        Choice("InternalTopics", InternalTopics.Exclude, o => o.InternalTopics, "topic.blacklist",
            "Whether Kafka's internal topics can be consumed."),
        Number("MaxPollRecords", "1000", 1, 100_000, o => o.MaxPollRecords, null, "The most records that one poll hands on."),
        Duration("PollTimeout", "00:00:00.05", Millisecond, Tenth, o => o.PollTimeout, null, "How long one poll waits for a record."),
        Duration("SessionTimeout", "00:00:45", TimeSpan.FromSeconds(1), Hour, o => o.SessionTimeout, "session.timeout.ms",
            "Without a heartbeat for this long a member loses its partitions. Classic protocol only."),
        Duration("HeartbeatInterval", "00:00:03", Tenth, TimeSpan.FromMinutes(20), o => o.HeartbeatInterval, "heartbeat.interval.ms",
            "The time between two heartbeats. Classic protocol only."),
        Duration("MaxPollInterval", "00:05:00", TimeSpan.FromSeconds(1), Day, o => o.MaxPollInterval, "max.poll.interval.ms",
            "How long the poll thread may be away. Handlers do not count."),
        Number("FetchMinBytes", "1", 1, 100_000_000, o => o.FetchMinBytes, "fetch.min.bytes",
            "The least bytes that a fetch response should hold."),
        Duration("FetchMaxWait", "00:00:00.5", TimeSpan.Zero, TimeSpan.FromMinutes(5), o => o.FetchMaxWait, "fetch.wait.max.ms",
            "How long the broker may wait for `FetchMinBytes`."),
        Number("FetchMaxBytes", "52428800", 1024, int.MaxValue - 512, o => o.FetchMaxBytes, "fetch.max.bytes",
            "The most bytes that a fetch response should hold."),
        Number("MaxPartitionFetchBytes", "1048576", 1, 1_000_000_000, o => o.MaxPartitionFetchBytes, "max.partition.fetch.bytes",
            "The most bytes that a fetch response should hold of one partition."),
        Duration("RequestTimeout", "00:00:10", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5), o => o.RequestTimeout,
            "socket.timeout.ms", "How long a request to a broker may take."),
        Choice("Ordering", RecordOrdering.Partition, o => o.Ordering, null, "Which records are handled one after another."),
        Number("MaxConcurrency", "1", 1, 10_000, o => o.MaxConcurrency, null, "How many handlers of one worker run at a time."),
        Duration("MaxHandlerDuration", null, Tenth, Day, o => o.MaxHandlerDuration, null,
            "How long one attempt may be in its handler before its token is cancelled."),
        Choice("WhenHandlerStuck", StuckHandlerPolicy.Report, o => o.WhenHandlerStuck, null,
            "What becomes of a worker whose handler ignores that."),
        Duration("IdleAfter", null, Tenth, Day, o => o.IdleAfter, null,
            "How long nothing may come before a worker counts as idle."),
        Choice("Tombstones", TombstonePolicy.Fail, o => o.Tombstones, null,
            "What becomes of a record without a value that no handler takes."),
        Choice("WhenWorkerFails", WorkerFailurePolicy.Restart, o => o.WhenWorkerFails, null,
            "What becomes of a worker that failed for good."),
        Choice("Polling:Source", PollingSource.Auto, o => o.Polling.Source, null, "How records are read from the client."),
        Number("Buffer:MaxRecords", "2000", 1, 1_000_000, o => o.Buffer.MaxRecords, null,
            "Records of one partition that may wait for their handler."),
        Number("Buffer:MaxBytes", "16777216", 1024, int.MaxValue, o => o.Buffer.MaxBytes, null,
            "Bytes of one partition that may wait for their handler."),
        Choice("Commit:Strategy", CommitStrategy.Async, o => o.Commit.Strategy, null, "When an offset is committed."),
        Duration("Commit:Interval", "00:00:00.2", Millisecond, Hour, o => o.Commit.Interval, null,
            "The time between two commits (`Async`, `Sync`, `Auto`); 5 s for `Auto`."),
        Number("Commit:MaxUncommitted", "10000000", 1, 1_000_000_000, o => o.Commit.MaxUncommitted, null,
            "Records of one partition that may be handled but not acknowledged; 100,000 for `Manual`."),
        Duration("Commit:FinalTimeout", "00:00:04", Tenth, Minute, o => o.Commit.FinalTimeout, null,
            "How long the final commit of a revocation or a stop may take."),
        Duration("Rebalance:DrainTimeout", "00:00:19", TimeSpan.Zero, TimeSpan.FromMinutes(10), o => o.Rebalance.DrainTimeout, null,
            "How long a revocation or a stop waits for the records in hand."),
        Duration("Rebalance:ListenerTimeout", "00:00:05", Millisecond, Minute, o => o.Rebalance.ListenerTimeout, null,
            "How long a call of the listeners may take; part of `Rebalance:DrainTimeout`."),
        Number("Failures:Retry:MaxAttempts", "5", 1, 1_000, o => o.Failures.Retry.MaxAttempts, null, "How often a record is tried in all."),
        Duration("Failures:Retry:Delay", "00:00:00.2", Millisecond, Hour, o => o.Failures.Retry.Delay, null,
            "The delay before the second attempt; it doubles."),
        Duration("Failures:Retry:MaxDelay", "00:00:30", Millisecond, Hour, o => o.Failures.Retry.MaxDelay, null,
            "The longest delay, and the one of a record that blocks its partition."),
        Flag("Failures:Retry:Jitter", "true", o => o.Failures.Retry.Jitter, "Whether delays are spread at random."),
        Text("Failures:Pipeline", null, o => o.Failures.Pipeline,
            "A named Polly pipeline that runs the attempts instead of `Failures:Retry`."),
        Choice("Failures:WhenExhausted", ExhaustedPolicy.Block, o => o.Failures.WhenExhausted, null,
            "What becomes of a record that failed for good."),
        Flag("Failures:IncludeRecordData", "false", o => o.Failures.IncludeRecordData,
            "Whether the text of a failure may quote the record: an unknown message type, what a deserializer said of the bytes."),
        Text("Routing:Header", null, o => o.Routing.Header, "The header that names the message type.") with { Default = "message-type" },
        Duration("Shutdown:CloseTimeout", "00:00:06", Tenth, Minute, o => o.Shutdown.CloseTimeout, null,
            "How long leaving the group and closing the client may take."),
        Flag("Shutdown:LeaveGroupOnStop", "false", o => o.Shutdown.LeaveGroupOnStop,
            "Whether a static member leaves its group when it stops. Classic protocol only; dynamic members always leave."),
        Number("Health:MaxLag", null, 1, long.MaxValue, o => o.Health.MaxLag, null,
            "The lag in records above which the consumer is Degraded."),
        Duration("Health:StuckAfter", "00:01:00", Tenth, Day, o => o.Health.StuckAfter, null,
            "How long one record may be in its handler before the consumer is Degraded."),
        Duration("Health:CommitsFailingAfter", "00:00:30", Tenth, Day, o => o.Health.CommitsFailingAfter, null,
            "How long commits may go unacknowledged before the consumer is Degraded."),
        Duration("Health:SkippedFor", "00:05:00", TimeSpan.Zero, Day, o => o.Health.SkippedFor, null,
            "For how long a skipped record keeps the consumer Degraded; 0 for not at all."),
        new("Client", OptionKind.ClientSettings, null, o => o.Client, "Further settings of the client, by their librdkafka names."),
    ];

    private static readonly Dictionary<string, OptionDefinition> ByPath = All.ToDictionary(o => o.Path, StringComparer.OrdinalIgnoreCase);

    /// <summary>The option of that path, in any case.</summary>
    public static OptionDefinition? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>The names that may stand directly under a path; the empty path is the consumer's section.</summary>
    public static IEnumerable<string> NamesUnder(string path) => All
        .Where(o => path.Length == 0 || o.Path.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase))
        .Select(o => (path.Length == 0 ? o.Path : o.Path[(path.Length + 1)..]).Split(':')[0])
        .Distinct(StringComparer.Ordinal);

    private static OptionDefinition Flag(string path, string value, Func<KafkaConsumerOptions, object?> read, string summary) =>
        new(path, OptionKind.Flag, value, read, summary);

    private static OptionDefinition Text(string path, string? clientKey, Func<KafkaConsumerOptions, object?> read, string summary) =>
        new(path, OptionKind.Text, null, read, summary) { ClientKey = clientKey };

    private static OptionDefinition Place(string path, Func<KafkaConsumerOptions, object?> read, string summary, params ReadBoundKind[] words) =>
        new(path, OptionKind.ReadBound, null, read, summary) { Choices = [.. words.Select(word => word.ToString())] };

    private static OptionDefinition Choice<TEnum>(
        string path, TEnum value, Func<KafkaConsumerOptions, object?> read, string? clientKey, string summary)
        where TEnum : struct, Enum =>
        new(path, OptionKind.Choice, value.ToString(), read, summary) { ClientKey = clientKey, Choices = Enum.GetNames<TEnum>() };

    private static OptionDefinition Number(
        string path, string? value, long min, long max, Func<KafkaConsumerOptions, object?> read, string? clientKey, string summary) =>
        new(path, OptionKind.Number, value, read, summary) { Min = min, Max = max, ClientKey = clientKey };

    private static OptionDefinition Duration(
        string path,
        string? value,
        TimeSpan min,
        TimeSpan max,
        Func<KafkaConsumerOptions, object?> read,
        string? clientKey,
        string summary) =>
        new(path, OptionKind.Duration, value, read, summary) { Min = min.Ticks, Max = max.Ticks, ClientKey = clientKey };
}
