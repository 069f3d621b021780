using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Testing;

namespace Consumers.Framework.IntegrationTests.Embedded;

/// <summary>What an <see cref="EmbeddedKafka"/> does, in the process and in one of its own.</summary>
public abstract class EmbeddedKafkaTests(bool childProcess)
{
    private const string Topic = "numbers";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Start_WithTopics_ServesAPlainClientWithKeysHeadersAndCommits()
    {
        await using var embedded = Start(partitions: 3);
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 30);

        using var consumer = Subscribe(embedded, "plain");
        var records = Consume(consumer, 30);

        Assert.Equal(Enumerable.Range(0, 30), records.Select(TestProducer.NumberOf).Order());
        Assert.All(records, record => Assert.Equal(TestProducer.NumberOf(record), TestProducer.NumberOf(record.Message.Headers)));
        Assert.Equal(3, records.Select(record => record.Partition).Distinct().Count());

        consumer.Commit();
        consumer.Close();
        Assert.Equal(30, (await GroupReader.CommittedAsync(embedded.BootstrapServers, "plain", Topic, 3)).Sum(offset => offset.Value));
    }

    [Fact]
    public void Brokers_OfAClusterOfThree_AreListedInItsMetadata()
    {
        using var embedded = Start(brokers: 3);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = embedded.BootstrapServers }).Build();

        Assert.Equal([1, 2, 3], embedded.Brokers);
        Assert.Equal([1, 2, 3], admin.GetMetadata(Patience).Brokers.Select(broker => broker.BrokerId).Order());
    }

    [Fact]
    public async Task FailNext_OffsetCommit_ReachesTheClientThatCommits()
    {
        await using var embedded = Start();
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 2);
        using var consumer = Subscribe(embedded, "commits");
        Consume(consumer, 2);

        embedded.FailNext(KafkaApi.OffsetCommit, ErrorCode.TopicAuthorizationFailed, ErrorCode.GroupAuthorizationFailed);

        Assert.Equal(ErrorCode.TopicAuthorizationFailed, CommitError(consumer));
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, CommitError(consumer));
        Assert.Equal(ErrorCode.NoError, CommitError(consumer));
    }

    [Fact]
    public async Task ClearErrors_AfterFailNext_LetsTheNextRequestPass()
    {
        await using var embedded = Start();
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 1);
        using var consumer = Subscribe(embedded, "cleared");
        Consume(consumer, 1);
        embedded.FailNext(KafkaApi.OffsetCommit, ErrorCode.TopicAuthorizationFailed, ErrorCode.TopicAuthorizationFailed);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, CommitError(consumer));

        embedded.ClearErrors();

        Assert.Equal(ErrorCode.NoError, CommitError(consumer));
    }

    [Fact]
    public async Task FailNextOnBroker_WithARoundTrip_DelaysThatRequestOnly()
    {
        await using var embedded = Start();
        using var producer = TestProducer.Build(embedded.BootstrapServers);
        await SendAsync(producer, 0, "warm");
        embedded.FailNextOnBroker(1, KafkaApi.Produce, ErrorCode.NoError, TimeSpan.FromMilliseconds(700));

        Assert.InRange(await TimeAsync(() => SendAsync(producer, 0, "late")), TimeSpan.FromMilliseconds(650), Patience);
        Assert.InRange(await TimeAsync(() => SendAsync(producer, 0, "soon")), TimeSpan.Zero, TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public async Task FailNextOnPartition_Produce_FailsThatPartitionOnly()
    {
        await using var embedded = Start(partitions: 2);
        using var producer = TestProducer.Build(embedded.BootstrapServers);
        embedded.FailNextOnPartition(Topic, 1, KafkaApi.Produce, ErrorCode.TopicAuthorizationFailed);

        var good = await SendAsync(producer, 0, "a");
        var bad = await Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => SendAsync(producer, 1, "b"));

        Assert.Equal(PersistenceStatus.Persisted, good.Status);
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, bad.Error.Code);
    }

    [Fact]
    public async Task SetBrokerDown_ThenUp_StopsAndResumesDelivery()
    {
        await using var embedded = Start();
        using var producer = TestProducer.Build(embedded.BootstrapServers, config => config.MessageTimeoutMs = 1_000);
        await SendAsync(producer, 0, "before");

        embedded.SetBrokerDown(1);
        var lost = await Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() => SendAsync(producer, 0, "during"));
        embedded.SetBrokerUp(1);

        Assert.Equal(ErrorCode.Local_MsgTimedOut, lost.Error.Code);
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 1);
    }

    [Fact]
    public async Task MoveLeader_ToAnotherBroker_IsSeenInMetadataAndFollowedByTheProducer()
    {
        await using var embedded = Start(brokers: 3);
        using var producer = TestProducer.Build(embedded.BootstrapServers);
        await SendAsync(producer, 0, "before");
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();

        foreach (var broker in embedded.Brokers)
        {
            embedded.MoveLeader(Topic, 0, broker);
            var delivered = await SendAsync(producer, 0, "after");

            Assert.Equal(broker, admin.GetMetadata(Topic, Patience).Topics.Single().Partitions.Single().Leader);
            Assert.Equal(broker, delivered.Offset.Value);
        }
    }

    [Fact]
    public async Task MoveCoordinator_OfAGroup_IsFollowedByItsMember()
    {
        await using var embedded = Start(brokers: 2);
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 1);
        embedded.MoveCoordinator("moved", 1);
        using var consumer = Subscribe(embedded, "moved");
        Consume(consumer, 1);

        embedded.StartRequestTracking();
        embedded.MoveCoordinator("moved", 2);
        Wait.Until(() =>
        {
            consumer.Consume(TimeSpan.FromMilliseconds(50));
            return embedded.GetRequests(KafkaApi.Heartbeat).Any(request => request.Broker == 2);
        });
    }

    [Fact]
    public async Task SetRoundTrip_OfABroker_DelaysEveryAnswer()
    {
        await using var embedded = Start();
        using var producer = TestProducer.Build(embedded.BootstrapServers);
        await SendAsync(producer, 0, "warm");

        embedded.SetRoundTrip(1, TimeSpan.FromMilliseconds(400));
        Assert.InRange(await TimeAsync(() => SendAsync(producer, 0, "late")), TimeSpan.FromMilliseconds(350), Patience);
        embedded.SetRoundTrip(1, TimeSpan.Zero);
        Assert.InRange(await TimeAsync(() => SendAsync(producer, 0, "soon")), TimeSpan.Zero, TimeSpan.FromMilliseconds(340));
    }

    [Fact]
    public async Task GetRequests_WhileTracked_HoldsWhatWasOnTheWire()
    {
        await using var embedded = Start();
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 1);
        Assert.Empty(embedded.GetRequests());
        using var consumer = Subscribe(embedded, "tracked");
        Consume(consumer, 1);

        embedded.StartRequestTracking();
        Assert.Equal(ErrorCode.NoError, CommitError(consumer));
        Assert.Equal(ErrorCode.NoError, CommitError(consumer));
        var commits = embedded.GetRequests(KafkaApi.OffsetCommit);
        Assert.Equal(2, commits.Count);
        Assert.All(commits, request => Assert.Equal(1, request.Broker));
        Assert.True(commits[1].Time > commits[0].Time);
        embedded.StopRequestTracking();
        Assert.Equal(ErrorCode.NoError, CommitError(consumer));
        Assert.Empty(embedded.GetRequests());
    }

    [Fact]
    public async Task DeleteRecords_BeforeAnOffset_MovesTheFirstOffset()
    {
        await using var embedded = Start();
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 10);

        embedded.DeleteRecords(Topic, 0, 4);

        using var consumer = Subscribe(embedded, "retention");
        Assert.Equal((4, 10), Watermarks(consumer, 0));
        var refused = Assert.Throws<EmbeddedKafkaException>(() => embedded.DeleteRecords(Topic, 0, 11));
        Assert.Contains("OffsetOutOfRange", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteTopic_ThenCreateTopic_StartsAnew()
    {
        await using var embedded = Start();
        await TestProducer.ProduceAsync(embedded.BootstrapServers, Topic, 5);

        embedded.DeleteTopic(Topic);
        embedded.CreateTopic(Topic, 2);

        using var consumer = Subscribe(embedded, "anew");
        Assert.Equal((0, 0), Watermarks(consumer, 1));
    }

    [Fact]
    public void Commands_ThatWouldCrashOrMislead_AreRefusedAndTheClusterLives()
    {
        using var embedded = Start(brokers: 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.MoveLeader(Topic, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.MoveLeader(Topic, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.MoveLeader(Topic, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.MoveLeader(Topic, -1, 1));
        Assert.Throws<ArgumentException>(() => embedded.MoveLeader("unknown", 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.MoveCoordinator("group", 3));
        Assert.Throws<ArgumentException>(() => embedded.MoveCoordinator(" ", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.SetBrokerDown(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.SetBrokerUp(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.SetRoundTrip(1, TimeSpan.FromMilliseconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.FailNext((KafkaApi)999, ErrorCode.Unknown));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.FailNext((KafkaApi)(-1), ErrorCode.Unknown));
        Assert.Throws<ArgumentException>(() => embedded.FailNext(KafkaApi.Produce));
        Assert.Throws<ArgumentException>(() => embedded.FailNext(KafkaApi.Produce, ErrorCode.Local_QueueFull));
        Assert.Throws<ArgumentException>(() => embedded.FailNextOnPartition(Topic, 0, KafkaApi.OffsetCommit, ErrorCode.Unknown));
        Assert.Throws<ArgumentException>(() => embedded.FailNextOnPartition(Topic, 0, KafkaApi.Fetch, ErrorCode.Local_Transport));
        Assert.Throws<ArgumentException>(() => embedded.FailNextOnPartition("unknown", 0, KafkaApi.Fetch, ErrorCode.Unknown));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.FailNextOnBroker(3, KafkaApi.Fetch, ErrorCode.Unknown));
        Assert.Throws<ArgumentException>(() => embedded.DeleteTopic("unknown"));
        Assert.Throws<ArgumentException>(() => embedded.DeleteRecords("unknown", 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.DeleteRecords(Topic, 0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.CreateTopic("empty", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedded.CreateTopic("wide", 1, 3));
        Assert.Throws<ArgumentException>(() => embedded.CreateTopic("a b"));
        Assert.Throws<EmbeddedKafkaException>(() => embedded.CreateTopic(Topic));

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = embedded.BootstrapServers }).Build();
        Assert.Equal(Topic, Assert.Single(admin.GetMetadata(Patience).Topics).Topic);
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmlessAndLaterCommandsAreRefused()
    {
        var embedded = Start();
        embedded.Dispose();
        embedded.Dispose();
        await embedded.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => embedded.CreateTopic("late"));
        Assert.Throws<ObjectDisposedException>(() => embedded.SetBrokerDown(1));
        Assert.Throws<ObjectDisposedException>(() => embedded.FailNext(KafkaApi.Fetch, ErrorCode.Unknown));
        Assert.Throws<ObjectDisposedException>(() => embedded.GetRequests());
    }

    /// <summary>Starts a cluster of this kind with one topic.</summary>
    protected EmbeddedKafka Start(int brokers = 1, int partitions = 1) => EmbeddedKafka.Start(new EmbeddedKafkaOptions
    {
        Brokers = brokers,
        ChildProcess = childProcess,
        SessionTimeout = TimeSpan.FromSeconds(3),
        Topics = { [Topic] = partitions },
    });

    private static IConsumer<byte[]?, byte[]?> Subscribe(EmbeddedKafka embedded, string group)
    {
        var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = embedded.BootstrapServers,
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            SessionTimeoutMs = 3_000,
            HeartbeatIntervalMs = 200,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Subscribe(Topic);
        return consumer;
    }

    private static List<ConsumeResult<byte[]?, byte[]?>> Consume(IConsumer<byte[]?, byte[]?> consumer, int count)
    {
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        Wait.Until(() =>
        {
            while (records.Count < count && consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } record)
            {
                records.Add(record);
            }

            return records.Count >= count;
        });
        return records;
    }

    private static (long Low, long High) Watermarks(IConsumer<byte[]?, byte[]?> consumer, int partition)
    {
        var offsets = consumer.QueryWatermarkOffsets(new TopicPartition(Topic, partition), Patience);
        return (offsets.Low.Value, offsets.High.Value);
    }

    private static ErrorCode CommitError(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            consumer.Commit([new TopicPartitionOffset(Topic, 0, 1)]);
            return ErrorCode.NoError;
        }
        catch (KafkaException e)
        {
            return e.Error.Code;
        }
    }

    private static Task<DeliveryResult<byte[]?, byte[]?>> SendAsync(IProducer<byte[]?, byte[]?> producer, int partition, string value) => producer.ProduceAsync(
        new TopicPartition(Topic, partition),
        new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(value) },
        TestContext.Current.CancellationToken);

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        var start = TimeProvider.System.GetTimestamp();
        await action();
        return TimeProvider.System.GetElapsedTime(start);
    }
}
