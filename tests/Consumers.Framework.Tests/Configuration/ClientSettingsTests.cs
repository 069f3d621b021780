using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Tests.Configuration;

public sealed unsafe class ClientSettingsTests
{
    public static TheoryData<string> GoodSections =>
    [
        "",
        "\"Workers\": 3, \"GroupInstanceId\": \"billing-{host}\"",
        "\"GroupProtocol\": \"Consumer\", \"Client\": { \"group.remote.assignor\": \"uniform\" }",
        "\"GroupProtocol\": \"Consumer\", \"RemoteAssignor\": \"Range\"",
        "\"Assignor\": \"Range\", \"IsolationLevel\": \"ReadUncommitted\", \"AutoOffsetReset\": \"None\"",
        "\"FetchMaxBytes\": 1024, \"MaxPartitionFetchBytes\": 1000",
        "\"FetchMaxBytes\": 2147483135, \"FetchMinBytes\": 100000000",
        "\"InternalTopics\": \"Include\", \"Topics\": [\"__consumer_offsets\"]",
        "\"Client\": { \"security.protocol\": \"SASL_PLAINTEXT\", \"sasl.mechanism\": \"PLAIN\", \"sasl.username\": \"u\", \"sasl.password\": \"5 secret\" }",
        "\"Client\": { \"fetch.queue.backoff.ms\": \"1000\", \"queued.min.messages\": \"100000\", \"dotnet.cancellation.delay.max.ms\": \"10\" }",
        "\"BootstrapServers\": \"[::1]:9092, kafka-2:9093\"",
    ];

    [Theory]
    [MemberData(nameof(GoodSections))]
    public void WorkerClients_GoodConfiguration_AreAcceptedByTheClient(string section)
    {
        foreach (var client in ConfiguredHost.Orders(section).LoadOne().WorkerClients)
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(client).SetLogHandler((_, _) => { }).Build();
            Assert.NotNull(consumer.Name);
        }
    }

    [Fact]
    public void WorkerClients_Defaults_AreExactlyThese()
    {
        var client = Assert.Single(ConfiguredHost.Orders("").LoadOne().WorkerClients);

        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["allow.auto.create.topics"] = "false",
                ["auto.offset.reset"] = "error",
                ["bootstrap.servers"] = "localhost:9092",
                ["client.id"] = "orders",
                ["enable.auto.commit"] = "false",
                ["enable.auto.offset.store"] = "false",
                ["enable.partition.eof"] = "true",
                ["fetch.max.bytes"] = "52428800",
                ["fetch.min.bytes"] = "1",
                ["fetch.queue.backoff.ms"] = "2",
                ["fetch.wait.max.ms"] = "500",
                ["group.id"] = "billing",
                ["group.protocol"] = "classic",
                ["heartbeat.interval.ms"] = "3000",
                ["isolation.level"] = "read_committed",
                ["max.partition.fetch.bytes"] = "1048576",
                ["max.poll.interval.ms"] = "300000",
                ["partition.assignment.strategy"] = "cooperative-sticky",
                ["check.crcs"] = "true",
                ["queued.max.messages.kbytes"] = "16384",
                ["queued.min.messages"] = "5000",
                ["session.timeout.ms"] = "45000",
                ["socket.timeout.ms"] = "10000",
                ["topic.blacklist"] = "^__.*",
                ["topic.metadata.refresh.interval.ms"] = "30000",
            },
            new SortedDictionary<string, string>(client.ToDictionary(), StringComparer.Ordinal));
    }

    [Fact]
    public void WorkerClients_SeveralWorkers_DifferInClientAndInstanceId()
    {
        var clients = ConfiguredHost.Orders("\"Workers\": 2, \"ClientId\": \"shop\", \"GroupInstanceId\": \"{name}-{host}-{env:ZONE}\"").LoadOne().WorkerClients;

        Assert.Equal(["shop-0", "shop-1"], clients.Select(c => c["client.id"]));
        Assert.Equal(["orders-machine-1-west-0", "orders-machine-1-west-1"], clients.Select(c => c["group.instance.id"]));
    }

    [Theory]
    [InlineData(1, "a-{host}", "a-machine-1")]
    [InlineData(1, "a-{worker}", "a-0")]
    [InlineData(2, "{worker}-a", "0-a,1-a")]
    [InlineData(2, "a", "a-0,a-1")]
    public void InstanceId_Template_NamesTheWorkerWhenThereAreSeveral(int workers, string template, string expected)
    {
        var clients = ConfiguredHost.Orders($"\"Workers\": {workers}, \"GroupInstanceId\": \"{template}\"").LoadOne().WorkerClients;

        Assert.Equal(expected.Split(','), clients.Select(c => c["group.instance.id"]));
    }

    [Fact]
    public void WorkerClients_ConsumerProtocol_LeaveToTheBrokerWhatIsTheBrokers()
    {
        var client = ConfiguredHost.Orders("\"GroupProtocol\": \"Consumer\"").LoadOne().WorkerClients[0];

        Assert.Equal("consumer", client["group.protocol"]);
        Assert.DoesNotContain(client.Keys, k => k is "session.timeout.ms" or "heartbeat.interval.ms" or "partition.assignment.strategy");
    }

    [Theory]
    [InlineData("Uniform", "uniform")]
    [InlineData("Range", "range")]
    public void WorkerClients_RemoteAssignor_IsTheBrokersWord(string option, string expected) => Assert.Equal(
        expected, ConfiguredHost.Orders($"\"GroupProtocol\": \"Consumer\", \"RemoteAssignor\": \"{option}\"").LoadOne().WorkerClients[0]["group.remote.assignor"]);

    [Fact]
    public void WorkerClients_PartitionsWithoutGroup_GetOneOfTheirOwn()
    {
        var json = $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "a": { "Partitions": { "t": [0, 1] }, "Workers": 2 } } } }""";
        var first = ConfiguredHost.Builder(json, "a").LoadOne();
        var second = ConfiguredHost.Builder(json, "a").LoadOne();

        Assert.False(first.Commits);
        Assert.Equal(first.WorkerClients[0]["group.id"], first.WorkerClients[1]["group.id"]);
        Assert.NotEqual(first.WorkerClients[0]["group.id"], second.WorkerClients[0]["group.id"]);
    }

    [Theory]
    [InlineData("Earliest")]
    [InlineData("Latest")]
    [InlineData("None")]
    public void WorkerClients_AutoOffsetReset_LeavesNothingToTheClient(string option) =>
        Assert.Equal("error", ConfiguredHost.Orders($"\"AutoOffsetReset\": \"{option}\"").LoadOne().WorkerClients[0]["auto.offset.reset"]);

    [Theory]
    [InlineData("orders-.*", "^(orders-.*)$")]
    [InlineData("^orders-[0-9]{1,3}$", "^(orders-[0-9]{1,3})$")]
    [InlineData("^a|b", "^(a|b)$")]
    [InlineData("^", "^()$")]
    public void Subscription_Pattern_MatchesTheWholeName(string pattern, string expected) =>
        Assert.Equal([expected], ConfiguredHost.Builder(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { "orders": { "TopicPattern": "{{pattern}}", "GroupId": "billing" } } } }""", "orders").LoadOne().Subscription);

    [Theory]
    [InlineData("", OutOfRangePolicy.Earliest)]
    [InlineData("\"AutoOffsetReset\": \"Latest\"", OutOfRangePolicy.Latest)]
    [InlineData("\"AutoOffsetReset\": \"None\"", OutOfRangePolicy.Fail)]
    [InlineData("\"AutoOffsetReset\": \"None\", \"OutOfRange\": \"nearestbytime\"", OutOfRangePolicy.NearestByTime)]
    public void OutOfRange_NotGiven_FollowsAutoOffsetReset(string section, OutOfRangePolicy expected) =>
        Assert.Equal(expected, ConfiguredHost.Orders(section).LoadOne().OutOfRange);

    [Theory]
    [InlineData("Auto", "00:00:05")]
    [InlineData("Sync", "00:00:00.2")]
    public void CommitInterval_NotGiven_IsTheStrategys(string strategy, string expected) =>
        Assert.Equal(TimeSpan.Parse(expected, null), ConfiguredHost.Orders($"\"Commit\": {{ \"Strategy\": \"{strategy}\" }}").LoadOne().CommitInterval);

    [Fact]
    public void ClientDefaults_EachIsAKeyOfTheClientAndItsDefaultIsStatedRight()
    {
        foreach (var setting in ClientDefault.All)
        {
            Assert.Null(NativeConfiguration.Check(setting.Key, setting.Value));
            Assert.Equal(setting.ClientValue, DefaultOf(setting.Key));
        }
    }

    [Fact]
    public void Tables_EveryKeyThatTheyName_ExistsInTheClient()
    {
        Assert.All(ClientKeyList.All, key => Assert.True(NativeConfiguration.Knows(key), key));
        Assert.All(ReservedClientKeys.All, answer => Assert.True(NativeConfiguration.Knows(answer.Key), answer.Key));
        foreach (var answer in JavaNames.All)
        {
            var words = answer.Fix.Split(' ', ',', ';', ':', '(', ')').Where(w => w.Length > 0).ToList();
            if (answer.Fix.Contains("client key", StringComparison.Ordinal))
            {
                Assert.Contains(words, NativeConfiguration.Knows);
            }
            else if (answer.Fix.StartsWith("use ", StringComparison.Ordinal))
            {
                Assert.Contains(words, w => OptionCatalog.All.Any(o => o.Path == w));
            }
        }
    }

    [Fact]
    public void JavaNames_Each_IsAnsweredInClientAndBesideIt()
    {
        foreach (var answer in JavaNames.All)
        {
            var inClient = Assert.Single(ConfiguredHost.Orders($"\"Client\": {{ \"{answer.Key}\": \"x\" }}").Failures());
            Assert.StartsWith($"Kafka:Consumers:orders:Client:{answer.Key} = ", inClient, StringComparison.Ordinal);
            Assert.EndsWith($": {answer.Wrong}; {answer.Fix}", inClient, StringComparison.Ordinal);

            var beside = Assert.Single(ConfiguredHost.Orders($"\"{answer.Key}\": \"x\"").Failures());
            Assert.EndsWith(answer.Fix, beside, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReservedKeys_Each_IsRefusedInClient()
    {
        foreach (var answer in ReservedClientKeys.All)
        {
            var failure = Assert.Single(ConfiguredHost.Orders($"\"Client\": {{ \"{answer.Key}\": \"x\" }}").Failures());
            Assert.EndsWith($": {answer.Wrong}; {answer.Fix}", failure, StringComparison.Ordinal);
        }
    }

    private static string? DefaultOf(string key)
    {
        var conf = ((delegate* unmanaged[Cdecl]<nint>)LibrdkafkaModule.GetExport("rd_kafka_conf_new"))();
        var get = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nuint*, int>)LibrdkafkaModule.GetExport("rd_kafka_conf_get");
        var text = stackalloc byte[64];
        nuint size = 64;
        fixed (byte* name = Encoding.UTF8.GetBytes(key + '\0'))
        {
            Assert.Equal(0, get(conf, name, text, &size));
        }

        ((delegate* unmanaged[Cdecl]<nint, void>)LibrdkafkaModule.GetExport("rd_kafka_conf_destroy"))(conf);
        return Marshal.PtrToStringUTF8((nint)text);
    }
}
