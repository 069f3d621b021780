namespace Consumers.Framework.Configuration;

/// <summary>
/// Everything a consumer can be told. Configuration path: <c>Kafka:Consumers:{name}</c>. <see cref="BootstrapServers"/> and
/// <see cref="Client"/> are completed from <c>Kafka:Clusters:{cluster}</c>, or from <c>Kafka</c> when no cluster is named.
/// </summary>
public sealed class KafkaConsumerOptions
{
    /// <summary>Whether the consumer runs at all.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether the consumer joins its group with all partitions paused, until it is resumed in code.</summary>
    /// <value>Default: false.</value>
    public bool StartPaused { get; set; }

    /// <summary>The cluster, a key of <c>Kafka:Clusters</c>.</summary>
    /// <value>Default: none; <c>Kafka</c> itself describes the cluster.</value>
    public string? Cluster { get; set; }

    /// <summary>
    /// Brokers to ask first, <c>host:port</c>, separated by commas. Two or more are better: the first may be down.
    /// Usually given once, in <c>Kafka:BootstrapServers</c> or <c>ConnectionStrings:kafka</c>.
    /// </summary>
    /// <value>Required. librdkafka: <c>bootstrap.servers</c>.</value>
    public string? BootstrapServers { get; set; }

    /// <summary>The topics to subscribe to.</summary>
    /// <value>Required, unless <see cref="TopicPattern"/> or <see cref="Partitions"/> is given.</value>
    public IList<string> Topics { get; set; } = [];

    /// <summary>
    /// A regular expression: every topic whose whole name matches is subscribed to, one that is created later too. The dialect is POSIX
    /// extended; under <see cref="Configuration.GroupProtocol.Consumer"/> the broker resolves the pattern and reads it as RE2.
    /// </summary>
    /// <value>Default: none. Excludes <see cref="Topics"/> and <see cref="Partitions"/>.</value>
    public string? TopicPattern { get; set; }

    /// <summary>
    /// Partitions to consume without a subscription, by topic: <c>{ "orders": [0, 1] }</c>. They are spread over the workers; offsets are
    /// committed when a <see cref="GroupId"/> is given, and never into a group that has members. A worker looks at the brokers before it reads:
    /// a topic or a partition that does not exist is a failure of that worker.
    /// </summary>
    /// <value>Default: none. Excludes <see cref="Topics"/> and <see cref="TopicPattern"/>.</value>
    public IDictionary<string, int[]> Partitions { get; set; } = new Dictionary<string, int[]>(StringComparer.Ordinal);

    /// <summary>
    /// Where the explicit <see cref="Partitions"/> begin, all of them: <c>Committed</c> (needs a <see cref="GroupId"/>; a partition without a
    /// commit begins as <see cref="AutoOffsetReset"/> says), <c>Earliest</c>, <c>Latest</c>, an offset in plain digits, or a time in ISO 8601
    /// with its zone (<c>2026-01-31T08:00:00Z</c>): the first record that is not older.
    /// </summary>
    /// <value>
    /// Default: none; as <c>Committed</c> with a group, else as <see cref="AutoOffsetReset"/> says. A worker that starts again after a failure
    /// goes on behind what it has committed, or handled without a group.
    /// </value>
    public string? From { get; set; }

    /// <summary>
    /// Where reading the explicit <see cref="Partitions"/> ends, all of them and exclusive: <c>End</c> (behind the last record that is there when
    /// the read begins; under read_committed before the first transaction that is still open), an offset in plain digits, or a time in ISO 8601 with its zone: the first record that is not older when the read
    /// begins, and the end where there is none. The consumer stops by itself when everything before it is handled, and committed where there
    /// is a group. A record that blocks its partition keeps it open.
    /// </summary>
    /// <value>Default: none; the consumer goes on until it is stopped.</value>
    public string? Until { get; set; }

    /// <summary>What stops when <see cref="Until"/> is reached.</summary>
    /// <value>Default: <see cref="CompletionPolicy.StopConsumer"/>.</value>
    public CompletionPolicy UntilReached { get; set; }

    /// <summary>The consumer group.</summary>
    /// <value>Required with <see cref="Topics"/> and <see cref="TopicPattern"/>. librdkafka: <c>group.id</c>.</value>
    public string? GroupId { get; set; }

    /// <summary>
    /// Makes the workers static members (KIP-345): a restart within the session timeout keeps its partitions without a rebalance.
    /// A template: <c>{host}</c>, <c>{worker}</c>, <c>{name}</c>, <c>{env:VARIABLE}</c>; with several workers the worker's index is
    /// appended where the template does not name it.
    /// </summary>
    /// <value>Default: none (dynamic members). librdkafka: <c>group.instance.id</c>.</value>
    public string? GroupInstanceId { get; set; }

    /// <summary>The group protocol.</summary>
    /// <value>Default: <see cref="Configuration.GroupProtocol.Classic"/>. librdkafka: <c>group.protocol</c>.</value>
    public GroupProtocol GroupProtocol { get; set; }

    /// <summary>How partitions are spread over the members of the group. Classic protocol only.</summary>
    /// <value>Default: <see cref="PartitionAssignor.CooperativeSticky"/>. librdkafka: <c>partition.assignment.strategy</c>.</value>
    public PartitionAssignor? Assignor { get; set; }

    /// <summary>
    /// How the broker spreads partitions over the members of the group. <see cref="Configuration.GroupProtocol.Consumer"/> only. An assignor of
    /// the broker's own (<c>group.consumer.assignors</c>) is named with <c>Client:group.remote.assignor</c> instead.
    /// </summary>
    /// <value>Default: none, the broker's first (Kafka's own is uniform). librdkafka: <c>group.remote.assignor</c>.</value>
    public RemoteAssignor? RemoteAssignor { get; set; }

    /// <summary>How many workers (threads, each with a client of its own) consume.</summary>
    /// <value>Default: 1. Range: 1 to 256.</value>
    public int Workers { get; set; } = 1;

    /// <summary>What the client calls itself in the broker's logs and quotas; the worker's index is appended.</summary>
    /// <value>Default: the consumer's name. librdkafka: <c>client.id</c>.</value>
    public string? ClientId { get; set; }

    /// <summary>
    /// Where a partition starts that has no committed offset. Under <see cref="OffsetReset.Latest"/> a partition that is added to a topic
    /// while the consumer runs, or a topic that comes later, starts at its beginning all the same.
    /// </summary>
    /// <value>Default: <see cref="OffsetReset.Earliest"/> (the client's own is latest, which loses records). Does what librdkafka calls <c>auto.offset.reset</c>; the client itself gets <c>error</c>.</value>
    public OffsetReset AutoOffsetReset { get; set; }

    /// <summary>Where a partition goes on whose position is not there any more: deleted by retention, or lost with a log that was cut or made anew.</summary>
    /// <value>Default: what <see cref="AutoOffsetReset"/> says; <see cref="OutOfRangePolicy.Fail"/> for <see cref="OffsetReset.None"/>.</value>
    public OutOfRangePolicy? OutOfRange { get; set; }

    /// <summary>
    /// How often the cluster is asked whether a topic was deleted and created again under the consumer; one small request for all topics.
    /// The partitions of such a topic start over at their beginning.
    /// </summary>
    /// <value>Default: 30 s. Range: 0 (never) to 1 day.</value>
    public TimeSpan TopicCheckInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Which resets are not carried out by themselves.</summary>
    public ResetProtectionOptions ResetProtection { get; set; } = new();

    /// <summary>Whether records of open and aborted transactions are seen.</summary>
    /// <value>Default: <see cref="Confluent.Kafka.IsolationLevel.ReadCommitted"/>. librdkafka: <c>isolation.level</c>.</value>
    public Confluent.Kafka.IsolationLevel IsolationLevel { get; set; } = Confluent.Kafka.IsolationLevel.ReadCommitted;

    /// <summary>Whether Kafka's internal topics can be consumed.</summary>
    /// <value>Default: <see cref="Configuration.InternalTopics.Exclude"/>. librdkafka: <c>topic.blacklist</c>.</value>
    public InternalTopics InternalTopics { get; set; }

    /// <summary>The most records that one poll hands on; also the most that one batch of <see cref="CommitStrategy.Sync"/> holds.</summary>
    /// <value>Default: 1,000. Range: 1 to 100,000. Done by the framework: the client has no such setting.</value>
    public int MaxPollRecords { get; set; } = 1_000;

    /// <summary>How long one poll waits for a record; a stop or a command is noticed after it at the latest.</summary>
    /// <value>Default: 50 ms. Range: 1 ms to 100 ms.</value>
    public TimeSpan PollTimeout { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Without a heartbeat for this long the broker gives the member's partitions to others. Classic protocol only.</summary>
    /// <value>Default: 45 s. Range: 1 s to 1 h. librdkafka: <c>session.timeout.ms</c>.</value>
    public TimeSpan? SessionTimeout { get; set; }

    /// <summary>The time between two heartbeats; at most a third of the session timeout. Classic protocol only.</summary>
    /// <value>Default: 3 s. Range: 100 ms to 20 min. librdkafka: <c>heartbeat.interval.ms</c>.</value>
    public TimeSpan? HeartbeatInterval { get; set; }

    /// <summary>What members of the classic protocol run with.</summary>
    internal TimeSpan EffectiveSessionTimeout => SessionTimeout ?? TimeSpan.FromSeconds(45);

    /// <summary>What members of the classic protocol run with.</summary>
    internal TimeSpan EffectiveHeartbeatInterval => HeartbeatInterval ?? TimeSpan.FromSeconds(3);

    /// <summary>How long the poll thread may be away. Handlers do not count: polling goes on beside them.</summary>
    /// <value>Default: 5 min. Range: 1 s to 1 day. librdkafka: <c>max.poll.interval.ms</c>.</value>
    public TimeSpan MaxPollInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The least that a fetch response should hold before the broker answers.</summary>
    /// <value>Default: 1. Range: 1 to 100,000,000. Unit: bytes. librdkafka: <c>fetch.min.bytes</c>.</value>
    public int FetchMinBytes { get; set; } = 1;

    /// <summary>How long the broker may wait for <see cref="FetchMinBytes"/>.</summary>
    /// <value>Default: 500 ms. Range: 0 to 5 min. librdkafka: <c>fetch.wait.max.ms</c> (Java: <c>fetch.max.wait.ms</c>).</value>
    public TimeSpan FetchMaxWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most that a fetch response should hold.</summary>
    /// <value>Default: 50 MiB. Range: 1 KiB to 2 GiB - 512. Unit: bytes. librdkafka: <c>fetch.max.bytes</c>.</value>
    public int FetchMaxBytes { get; set; } = 52_428_800;

    /// <summary>The most that a fetch response should hold of one partition; a larger record is delivered all the same.</summary>
    /// <value>Default: 1 MiB. Range: 1 to 1,000,000,000. Unit: bytes. librdkafka: <c>max.partition.fetch.bytes</c>.</value>
    public int MaxPartitionFetchBytes { get; set; } = 1_048_576;

    /// <summary>How long a request to a broker may take.</summary>
    /// <value>Default: 10 s (the client's own is 60 s, longer than a host's stop). Range: 10 ms to 5 min. librdkafka: <c>socket.timeout.ms</c> (Java: <c>request.timeout.ms</c>).</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Which records are handled one after another.</summary>
    /// <value>Default: <see cref="RecordOrdering.Partition"/>.</value>
    public RecordOrdering Ordering { get; set; }

    /// <summary>
    /// How many handlers of one worker run at a time. 1: on a thread of the worker's own, so that a blocking handler starves no thread
    /// pool. Above: on the thread pool; partitions (or keys) run side by side.
    /// </summary>
    /// <value>Default: 1. Range: 1 to 10,000.</value>
    public int MaxConcurrency { get; set; } = 1;

    /// <summary>
    /// How long one attempt at a record may be in its handler. Then the handler's token is cancelled; when it throws for that, the attempt
    /// has failed and <see cref="Failures"/> decide. Membership is kept meanwhile. Checked every second, ten times in it when it is below
    /// 10 s, and no more often than the loop polls (<see cref="PollTimeout"/>); a rebalance or a stop that drains has its own deadline
    /// (<see cref="RebalanceOptions.DrainTimeout"/>) instead.
    /// </summary>
    /// <value>Default: none. Range: 100 ms to 1 day.</value>
    public TimeSpan? MaxHandlerDuration { get; set; }

    /// <summary>What becomes of a worker whose handler goes on for <see cref="MaxHandlerDuration"/> after that has cancelled it.</summary>
    /// <value>Default: <see cref="StuckHandlerPolicy.Report"/>. Needs <see cref="MaxHandlerDuration"/>.</value>
    public StuckHandlerPolicy WhenHandlerStuck { get; set; }

    /// <summary>
    /// For how long no record may come, and none be in its handler, before a worker that owns partitions counts as idle: it is logged and
    /// told to the progress listeners, once for each such period. Noticed a tenth of a second late at most.
    /// </summary>
    /// <value>Default: none. Range: 100 ms to 1 day.</value>
    public TimeSpan? IdleAfter { get; set; }

    /// <summary>What becomes of a record without a value when the handler is no <see cref="IKafkaTombstoneHandler"/>.</summary>
    /// <value>Default: <see cref="TombstonePolicy.Fail"/>.</value>
    public TombstonePolicy Tombstones { get; set; }

    /// <summary>What becomes of a worker whose client or poll thread failed for good.</summary>
    /// <value>Default: <see cref="WorkerFailurePolicy.Restart"/>.</value>
    public WorkerFailurePolicy WhenWorkerFails { get; set; }

    /// <summary>How the client is polled.</summary>
    public PollingOptions Polling { get; set; } = new();

    /// <summary>How much waits in memory for the handlers.</summary>
    public BufferOptions Buffer { get; set; } = new();

    /// <summary>When and how offsets are committed.</summary>
    public CommitOptions Commit { get; set; } = new();

    /// <summary>What happens when partitions are taken away.</summary>
    public RebalanceOptions Rebalance { get; set; } = new();

    /// <summary>What happens when a handler fails.</summary>
    public FailureOptions Failures { get; set; } = new();

    /// <summary>How a record finds its handler when there are several.</summary>
    public RoutingOptions Routing { get; set; } = new();

    /// <summary>How the consumer stops.</summary>
    public ShutdownOptions Shutdown { get; set; } = new();

    /// <summary>When the consumer counts as degraded.</summary>
    public HealthOptions Health { get; set; } = new();

    /// <summary>
    /// Further settings of the client, by their librdkafka names (<c>security.protocol</c>, <c>sasl.username</c>, …). They are checked by
    /// the client before start; in environment variables underscores may stand for the dots. Keys that an option above sets, or that the
    /// framework owns, are refused with the option's name.
    /// </summary>
    public IDictionary<string, string> Client { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
