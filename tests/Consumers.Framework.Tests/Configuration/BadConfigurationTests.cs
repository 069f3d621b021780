using Consumers.Framework.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Consumers.Framework.Tests.Configuration;

/// <summary>Each bad configuration is refused with path, value and fix.</summary>
public sealed class BadConfigurationTests
{
    private const string Orders = "Kafka:Consumers:orders:";
    private const string Good = "\"Topics\": [\"a\"], \"GroupId\": \"g\"";

    /// <summary>What stands in the consumer's section beside topic and group; then path, value and part of the fix.</summary>
    public static TheoryData<string, string, string, string> Sections => new()
    {
        // Unknown names.
        { "\"Topik\": [\"a\"]", "Topik", "{ ... }", "did you mean Topics?" },
        { "\"HartbeatInterval\": \"00:00:03\"", "HartbeatInterval", "00:00:03", "did you mean HeartbeatInterval?" },
        { "\"Commit\": { \"Stratgey\": \"Sync\" }", "Commit:Stratgey", "Sync", "did you mean Strategy?" },
        { "\"Strategy\": \"Sync\"", "Strategy", "Sync", "it belongs to Commit:Strategy" },
        { "\"Failures\": { \"Retry\": { \"Attempts\": 3 } }", "Failures:Retry:Attempts", "***", "known here are MaxAttempts" },
        { "\"session.timeout.ms\": 10000", "session.timeout.ms", "10000", "use SessionTimeout" },
        { "\"client.rack\": \"a\"", "client.rack", "a", "client settings go to Client:client.rack" },
        { "\"Frobnicate\": true", "Frobnicate", "***", "known here are Enabled" },
        { "\"SaslPassword\": \"hunter2\"", "SaslPassword", "***", "client settings go to Client:sasl.password" },
        { "\"security_protocol\": \"SASL_SSL\"", "security_protocol", "SASL_SSL", "client settings go to Client:security.protocol" },
        { "\"SecurityProtocol\": \"SaslSsl\"", "SecurityProtocol", "SaslSsl", "Client:security.protocol, with the value SASL_SSL" },
        { "\"Sasl\": { \"Username\": \"hunter2\" }", "Sasl:Username", "***", "client settings go to Client:sasl.username" },
        { "\"Security\": { \"Protocol\": \"SASL_SSL\", \"Level\": 1 }", "Security:Protocol", "SASL_SSL", "client settings go to Client:security.protocol" },
        { "\"ConsumerGroup\": \"g\"", "ConsumerGroup", "g", "write GroupId" },

        // Values that cannot be read.
        { "\"Workers\": \"three\"", "Workers", "three", "like 1 (range: 1 to 256)" },
        { "\"Workers\": \"\"", "Workers", "\"\"", "remove the key" },
        { "\"Workers\": 2.5", "Workers", "2.5", "plain digits" },
        { "\"Workers\": [1]", "Workers", "{ ... }", "write one value" },
        { "\"FetchMaxBytes\": \"50_000_000\"", "FetchMaxBytes", "50_000_000", "write 50000000" },
        { "\"FetchMaxBytes\": \"16MiB\"", "FetchMaxBytes", "16MiB", "plain digits" },
        { "\"StartPaused\": \"yes\"", "StartPaused", "yes", "write true" },
        { "\"Enabled\": \"maybe\"", "Enabled", "maybe", "write true or false" },
        { "\"SessionTimeout\": 45000", "SessionTimeout", "45000", "write 00:00:45" },
        { "\"SessionTimeout\": \"45s\"", "SessionTimeout", "45s", "write 00:00:45" },
        { "\"PollTimeout\": \"50 ms\"", "PollTimeout", "50 ms", "write 00:00:00.05" },
        { "\"MaxPollInterval\": \"24:00:00\"", "MaxPollInterval", "24:00:00", "write 1.00:00:00" },
        { "\"MaxPollInterval\": \"5:00\"", "MaxPollInterval", "5:00", "write it like 00:05:00" },
        { "\"AutoOffsetReset\": \"smallest\"", "AutoOffsetReset", "smallest", "write Earliest" },
        { "\"AutoOffsetReset\": \"error\"", "AutoOffsetReset", "error", "write None" },
        { "\"IsolationLevel\": \"read_uncommitted\"", "IsolationLevel", "read_uncommitted", "write ReadUncommitted" },
        { "\"Commit\": { \"Strategy\": \"Asynch\" }", "Commit:Strategy", "Asynch", "write Async" },
        { "\"Commit\": { \"Strategy\": \"1\" }", "Commit:Strategy", "1", "write Async, Sync" },
        { "\"Commit\": \"Sync\"", "Commit", "Sync", "set Kafka:Consumers:orders:Commit:Strategy" },
        { "\"Assignor\": \"Sticky\"", "Assignor", "Sticky", "write CooperativeSticky" },
        { "\"Assignor\": \"[Range, CooperativeSticky]\"", "Assignor", "[Range, CooperativeSticky]", "name one of CooperativeSticky" },
        { "\"Assignor\": \"Range,RoundRobin\"", "Assignor", "Range,RoundRobin", "name one of" },
        { "\"Assignor\": \"org.apache.kafka.clients.consumer.RangeAssignor\"", "Assignor", "org.apache.kafka.clients.consumer.RangeAssignor", "write Range" },
        { "\"Assignor\": \"org.apache.kafka.clients.consumer.StickyAssignor\"", "Assignor", "org.apache.kafka.clients.consumer.StickyAssignor", "write CooperativeSticky" },
        { "\"GroupInstanceId\": \" \"", "GroupInstanceId", " ", "remove the key" },

        // Ranges.
        { "\"Workers\": 0", "Workers", "0", "set it to 1 to 256" },
        { "\"Workers\": 99999999999", "Workers", "99999999999", "set it to 1 to 256" },
        { "\"MaxPollRecords\": 100001", "MaxPollRecords", "100001", "set it to 1 to 100000" },
        { "\"PollTimeout\": \"00:00:01\"", "PollTimeout", "00:00:01", "to 00:00:00.1 (default 00:00:00.05)" },
        { "\"Buffer\": { \"MaxBytes\": 10 }", "Buffer:MaxBytes", "10", "set it to 1024 to 2147483647" },
        { "\"Commit\": { \"FinalTimeout\": \"00:02:00\" }", "Commit:FinalTimeout", "00:02:00", "to 00:01:00" },
        { "\"Rebalance\": { \"DrainTimeout\": \"-00:00:01\" }", "Rebalance:DrainTimeout", "-00:00:01", "set it to 00:00:00 to 00:10:00" },
        { "\"MaxHandlerDuration\": \"00:00:00.05\"", "MaxHandlerDuration", "00:00:00.05", "set it to 00:00:00.1 to 1.00:00:00" },
        { "\"Health\": { \"MaxLag\": 0 }", "Health:MaxLag", "0", "set it to 1 or more" },

        // Relations.
        { "\"HeartbeatInterval\": \"00:00:20\"", "HeartbeatInterval", "00:00:20", "set it to 00:00:15 or less" },
        { "\"SessionTimeout\": \"00:00:06\"", "SessionTimeout", "00:00:06", "set it to 00:00:09 or more" },
        { "\"SessionTimeout\": \"00:06:00\"", "SessionTimeout", "00:06:00", "set it to 00:05:00 or less, or MaxPollInterval to 00:06:00 or more" },
        { "\"MaxPollInterval\": \"00:00:40\"", "MaxPollInterval", "00:00:40", "set it to 00:00:45 or more" },
        { "\"SessionTimeout\": \"00:00:20\", \"MaxPollInterval\": \"00:00:23\"", "Rebalance:DrainTimeout", "00:00:19", "set it to 00:00:18 or less, or set MaxPollInterval to 00:00:24 or more" },
        { "\"Rebalance\": { \"DrainTimeout\": \"00:00:40\" }", "Rebalance:DrainTimeout", "00:00:40", "set it to 00:00:20 or less, or set HostOptions.ShutdownTimeout to 00:00:50 or more" },
        { "\"FetchMaxWait\": \"00:00:10\"", "FetchMaxWait", "00:00:10", "set it to 00:00:09 or less" },
        { "\"FetchMaxBytes\": 1000000", "FetchMaxBytes", "1000000", "set it to 1048576 or more" },
        { "\"Failures\": { \"Retry\": { \"Delay\": \"00:01:00\" } }", "Failures:Retry:MaxDelay", "00:00:30", "set it to 00:01:00 or more" },
        { "\"Failures\": { \"Pipeline\": \"p\", \"Retry\": { \"MaxAttempts\": 3 } }", "Failures:Retry:MaxAttempts", "3", "remove it or Failures:Pipeline" },
        { "\"GroupProtocol\": \"Consumer\", \"SessionTimeout\": \"00:00:30\"", "SessionTimeout", "00:00:30", "remove it (broker: group.consumer.session.timeout.ms)" },
        { "\"GroupProtocol\": \"Consumer\", \"HeartbeatInterval\": \"00:00:03\"", "HeartbeatInterval", "00:00:03", "group.consumer.heartbeat.interval.ms" },
        { "\"GroupProtocol\": \"Consumer\", \"Assignor\": \"Range\"", "Assignor", "Range", "RemoteAssignor" },
        { "\"RemoteAssignor\": \"Range\"", "RemoteAssignor", "Range", "use Assignor" },
        { "\"GroupProtocol\": \"Consumer\", \"RemoteAssignor\": \"Sticky\"", "RemoteAssignor", "Sticky", "Uniform" },
        { "\"GroupProtocol\": \"Consumer\", \"RemoteAssignor\": \"Range\", \"Client\": { \"group.remote.assignor\": \"range\" }", "RemoteAssignor", "Range", "remove one of them" },
        { "\"GroupProtocol\": \"Consumer\", \"GroupInstanceId\": \"a\", \"Shutdown\": { \"LeaveGroupOnStop\": true }", "Shutdown:LeaveGroupOnStop", "true", "remove GroupInstanceId" },
        { "\"Commit\": { \"Strategy\": \"PerRecord\", \"Interval\": \"00:00:01\" }", "Commit:Interval", "00:00:01", "remove it, or use Async, Sync or Auto" },
        { "\"Commit\": { \"Strategy\": \"Manual\", \"Interval\": \"00:00:01\" }", "Commit:Interval", "00:00:01", "remove it" },
        { "\"WhenHandlerStuck\": \"ReplaceWorker\"", "WhenHandlerStuck", "ReplaceWorker", "set MaxHandlerDuration, or remove the key" },
        { "\"Cluster\": \"west\"", "Cluster", "west", "add Kafka:Clusters:west" },

        // Topics, partitions, instance ids.
        { "\"Topics\": [\"orders\", \"a b\"]", "Topics:1", "a b", "letters, digits" },
        { "\"Topics\": [\"orders\", \"orders\"]", "Topics:1", "orders", "remove it once" },
        { "\"Topics\": [\"orders\", \"\"]", "Topics:1", "\"\"", "name a topic" },
        { "\"Topics\": [\"orders\", \"ord*\"]", "Topics:1", "ord*", "\"TopicPattern\": \"ord.*\"" },
        { "\"Topics\": [\"orders\", \"eu.ord.*\"]", "Topics:1", "eu.ord.*", "give it as TopicPattern" },
        { "\"Topics\": [\"orders\", \"^ord.*\"]", "Topics:1", "^ord.*", "give it as TopicPattern" },
        { "\"Topics\": [\"orders\", \"__consumer_offsets\"]", "Topics:1", "__consumer_offsets", "set InternalTopics to Include" },
        { "\"TopicPattern\": \"ord.*\"", "TopicPattern", "ord.*", "remove it, or the others" },
        { "\"Partitions\": { \"payments\": [0] }", "Partitions", "{ payments: [0] }", "remove Topics or Partitions" },
        { "\"Partitions\": { \"payments\": [\"a\"] }", "Partitions:payments:0", "a", "0 or more" },
        { "\"Partitions\": { \"payments\": [-1] }", "Partitions:payments:0", "-1", "use 0 or more" },
        { "\"Partitions\": { \"payments\": [2, 2] }", "Partitions:payments:1", "2", "remove it once" },
        { "\"Partitions\": { \"payments\": \"0,1\" }", "Partitions:payments", "0,1", "{ \"orders\": [0, 1] }" },
        { "\"GroupInstanceId\": \"{pod}-1\"", "GroupInstanceId", "{pod}-1", "{env:VARIABLE}" },
        { "\"GroupInstanceId\": \"a-{env:POD}\"", "GroupInstanceId", "a-{env:POD}", "set the environment variable POD" },
        { "\"GroupInstanceId\": \"a-{host\"", "GroupInstanceId", "a-{host", "{worker}" },
        { "\"GroupInstanceId\": \"a b\"", "GroupInstanceId", "a b", "letters, digits" },

        // Where a read begins and ends.
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"2026-01-31T08:00:00\"", "From", "2026-01-31T08:00:00", "write 2026-01-31T08:00:00Z, or with your offset" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"2026-01-31\"", "From", "2026-01-31", "write 2026-01-31T00:00:00Z" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"2026-01-31 08:00+01:00\"", "From", "2026-01-31 08:00+01:00", "write 2026-01-31T08:00+01:00" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"2026-02-30T08:00:00Z\"", "From", "2026-02-30T08:00:00Z", "write it like 2026-01-31T08:00:00Z" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"1969-12-31T23:59:59Z\"", "From", "1969-12-31T23:59:59Z", "write a later time" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": -1", "From", "-1", "write Latest" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": -2", "From", "-2", "write Earliest" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"1_200\"", "From", "1_200", "write 1200" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"99999999999999999999\"", "From", "99999999999999999999", "write an offset of 9223372036854775807 or less" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"beginning\"", "From", "beginning", "write Earliest" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"End\"", "From", "End", "write Latest" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"Offset\"", "From", "Offset", "write Committed, Earliest, Latest, an offset like 1200" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"Comitted\"", "From", "Comitted", "write Committed" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"\"", "From", "\"\"", "remove the key" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"Until\": \"Latest\"", "Until", "Latest", "write End" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"Until\": \"Committed\"", "Until", "Committed", "write End, an offset like 1200" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"Until\": \"now\"", "Until", "now", "write End" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"Until\": 0", "Until", "0", "set it to 1 or more" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": 100, \"Until\": 100", "Until", "100", "set it to 101 or more, or set From to 99 or less" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"2026-01-31T09:00:00+01:00\", \"Until\": \"2026-01-31T08:00:00Z\"", "Until", "2026-01-31T08:00:00Z", "set it to a later time" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"Latest\", \"Until\": \"End\"", "Until", "End", "let From begin earlier" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"From\": \"Latest\", \"Until\": \"2026-01-31T08:00:00Z\"", "Until", "2026-01-31T08:00:00Z", "let From begin earlier" },
        { "\"Topics\": [], \"Partitions\": { \"orders\": [0] }, \"UntilReached\": \"StopHost\"", "UntilReached", "StopHost", "give Until" },
        { "\"From\": \"Earliest\"", "From", "Earliest", "list Partitions instead of Topics" },
        { "\"Until\": \"End\"", "Until", "End", "list Partitions instead of Topics" },

        // Brokers.
        { "\"BootstrapServers\": \"kafka-1\"", "BootstrapServers", "kafka-1", "write kafka-1:9092" },
        { "\"BootstrapServers\": \"kafka-1:9092,\"", "BootstrapServers", "kafka-1:9092,", "kafka-1:9092,kafka-2:9092" },
        { "\"BootstrapServers\": \"kafka-1:99999\"", "BootstrapServers", "kafka-1:99999", "host:port" },
        { "\"BootstrapServers\": \"::1\"", "BootstrapServers", "::1", "write [::1]:9092" },
        { "\"BootstrapServers\": \"SASL_SSL://u:p@kafka-1:9092\"", "BootstrapServers", "***", "Client:security.protocol" },

        { "\"BootstrapServers\": [\"kafka-1:9092\", \"kafka-2\"]", "BootstrapServers", "kafka-1:9092,kafka-2", "write kafka-2:9092" },
        { "\"BootstrapServers\": { \"first\": \"kafka-1:9092\" }", "BootstrapServers:first", "kafka-1:9092", "write [\"kafka-1:9092\"" },

        // Security.
        { "\"Client\": { \"security.protocol\": \"SaslSsl\" }", "Client:security.protocol", "SaslSsl", "write SASL_SSL" },
        { "\"Client\": { \"ssl.ca.location\": \"/certs/ca.pem\" }", "Client:security.protocol", "(not set)", "set it to SSL" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.username\": \"u\" }", "Client:sasl.mechanisms", "(not set)", "SCRAM-SHA-256" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"plain\" }", "Client:sasl.mechanisms", "plain", "write PLAIN" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"ScramSha512\" }", "Client:sasl.mechanisms", "ScramSha512", "write SCRAM-SHA-512" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"AWS_MSK_IAM\" }", "Client:sasl.mechanisms", "AWS_MSK_IAM", "UseOAuthBearerToken" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"PLAIN\", \"sasl.username\": \"u\" }", "Client:sasl.password", "(not set)", "user secrets" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"OAUTHBEARER\" }", "Client:sasl.mechanisms", "OAUTHBEARER", "call UseOAuthBearerToken" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"OAUTHBEARER\", \"sasl.oauthbearer.config\": \"principal=x\" }", "Client:sasl.mechanisms", "OAUTHBEARER", "enable.sasl.oauthbearer.unsecure.jwt to true" },
        { "\"Client\": { \"security.protocol\": \"SASL_SSL\", \"sasl.mechanisms\": \"OAUTHBEARER\", \"sasl.oauthbearer.method\": \"oidc\" }", "Client:sasl.oauthbearer.token.endpoint.url", "(not set)", "correct it" },
        { "\"Client\": { \"security.protocol\": \"SSL\", \"ssl.ca.location\": \"/no/ca.pem\" }", "Client:ssl.ca.location", "/no/ca.pem", "correct the path" },
        { "\"Client\": { \"security.protocol\": \"SSL\", \"ssl.ca.pem\": \"hunter2\" }", "Client:ssl.ca.pem", "***", "ends in .location" },
        { "\"Client\": { \"security.protocol\": \"SSL\", \"ssl.crl.location\": \"/no/crl.pem\" }", "Client:ssl.crl.location", "/no/crl.pem", "correct the path" },
        { "\"Client\": { \"security.protocol\": \"SSL\", \"ssl.cipher.suites\": \"none\" }", "Client:ssl.cipher.suites", "none", "correct it" },
        { "\"Client\": { \"plugin.library.paths\": \"/no/plugin.so\" }", "Client:plugin.library.paths", "/no/plugin.so", "install the plugin" },

        // Client settings.
        { "\"Client\": { \"enable.auto.commit\": true }", "Client:enable.auto.commit", "True", "use Commit:Strategy" },
        { "\"Client\": { \"group.id\": \"x\" }", "Client:group.id", "x", "use GroupId" },
        { "\"Client\": { \"session.timeout.ms\": \"1\" }", "Client:session.timeout.ms", "1", "use SessionTimeout" },
        { "\"Client\": { \"statistics.interval.ms\": \"1000\" }", "Client:statistics.interval.ms", "1000", "Consumers.Framework" },
        { "\"Client\": { \"acks\": \"all\" }", "Client:acks", "all", "give it to the producer" },
        { "\"Client\": { \"key.deserializer\": \"org.x.Y\" }", "Client:key.deserializer", "org.x.Y", "the handler's type argument" },
        { "\"Client\": { \"fetch.max.wait.ms\": \"100\" }", "Client:fetch.max.wait.ms", "100", "use FetchMaxWait" },
        { "\"Client\": { \"partition.assignment.strategy\": \"[Range, CooperativeSticky]\" }", "Client:partition.assignment.strategy", "[Range, CooperativeSticky]", "use Assignor" },
        { "\"Client\": { \"sasl.jaas.config\": \"x password=hunter2;\" }", "Client:sasl.jaas.config", "***", "sasl.username" },
        { "\"Client\": { \"sasl.pasword\": \"hunter2\" }", "Client:sasl.pasword", "***", "did you mean sasl.password?" },
        { "\"Client\": { \"security.protocl\": \"SSL\" }", "Client:security.protocl", "SSL", "did you mean security.protocol?" },
        { "\"Client\": { \"security.protocol\": \"TLS\" }", "Client:security.protocol", "TLS", "correct the value" },
        { "\"Client\": { \"log_level\": \"99\" }", "Client:log_level", "99", "correct the value" },
        { "\"Client\": { \"retry.backoff.ms\": \"100ms\" }", "Client:retry.backoff.ms", "100ms", "correct the value" },
        { "\"Client\": { \"MaxPollRecords\": \"5\" }", "Client:MaxPollRecords", "5", "write MaxPollRecords outside of Client" },
        { "\"Client\": { \"sasl.username\": \"u\" }", "Client:security.protocol", "(not set)", "set it to SASL_SSL" },
        { "\"Client\": { \"sasl\": { \"username\": \"u\" } }", "Client:sasl", "{ ... }", "\"sasl.username\"" },
        { "\"Client\": { \"fetch.queue.backoff.ms\": \"1000\" }", "Client:fetch.queue.backoff.ms", "1000", "set both" },
        { "\"Client\": { \"group.remote.assignor\": \"range\" }", "Client:group.remote.assignor", "range", "use Assignor" },
        { "\"Client\": { \"dotnet.cancellation.delay.max.ms\": \"0\" }", "Client:dotnet.cancellation.delay.max.ms", "0", "1 to 10000" },
        { "\"Client\": { \"dotnet.consumer.consume.result.fields\": \"none\" }", "Client:dotnet.consumer.consume.result.fields", "none", "remove it" },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Load_BadSection_NamesPathValueAndFix(string section, string path, string value, string fix)
    {
        var failures = ConfiguredHost.Orders(section).Failures();

        var failure = Assert.Single(failures, f => f.StartsWith($"{Orders}{path} = {value}: ", StringComparison.Ordinal));
        Assert.Contains(fix, failure[failure.LastIndexOf(';')..] + failure, StringComparison.Ordinal);
        Assert.DoesNotContain(failures, f => f.Contains("hunter2", StringComparison.Ordinal) || f.Contains("u:p", StringComparison.Ordinal));
        if (!path.StartsWith("Partitions", StringComparison.Ordinal))
        {
            Assert.Single(failures);
        }
    }

    /// <summary>Whole configurations; then the registered names, and the beginning and a part of the one failure.</summary>
    public static TheoryData<string, string, string, string> Hosts => new()
    {
        { Host("\"Partitions\": { \"a\": [0] }, \"From\": \"Committed\""), "orders", Orders + "From = Committed: needs a group", "give a GroupId" },
        { Host("\"Topics\": [\"a\"]"), "orders", Orders + "GroupId = (not set): is required", "name the consumer group" },
        { Host("\"GroupId\": \"g\""), "orders", Orders + "Topics = (not set): is required", "\"Topics\": [\"orders\"]" },
        { Host("\"TopicPattern\": \"ord.*\""), "orders", Orders + "GroupId = (not set): is required with TopicPattern", "name the consumer group" },
        { Host("\"GroupId\": \"g\", \"TopicPattern\": \"ord(\""), "orders", Orders + "TopicPattern = ord(: is no regular expression", "correct it" },
        { Host("\"GroupId\": \"g\", \"TopicPattern\": \"ord-\\\\d+\""), "orders", Orders + "TopicPattern = ord-\\d+: has \\d", "[0-9]" },
        { Host("\"GroupId\": \"g\", \"TopicPattern\": \"ord(?!ers)\""), "orders", Orders + "TopicPattern = ord(?!ers): is refused by the client", "lookarounds" },
        { Host("\"GroupId\": \"g\", \"TopicPattern\": \" \""), "orders", Orders + "TopicPattern =  : is empty", "remove the key" },
        { Host("\"GroupId\": \"g\", \"Topics\": \"orders\""), "orders", Orders + "Topics = orders: ", "Topics__0" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ""), "orders", Orders + "BootstrapServers = (not set): is required", "set Kafka:BootstrapServers, or ConnectionStrings:kafka" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", "\"BootstrapServers\": \"nowhere\""), "orders", "Kafka:BootstrapServers = nowhere: ", "write nowhere:9092" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Client\": { \"ssl.truststore.location\": \"x\" }"), "orders", "Kafka:Client:ssl.truststore.location = x: ", "ssl.ca.location" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Workers\": 3"), "orders", "Kafka:Workers = 3: ", "move it to Kafka:Consumers:<name>:Workers" },
        { Host(Good, ConfiguredHost.Servers + ", \"security.protocol\": \"SASL_SSL\""), "orders", "Kafka:security.protocol = SASL_SSL: is read by nobody", "client settings go to Kafka:Client:security.protocol" },
        { Host(Good, ConfiguredHost.Servers + ", \"sasl.password\": \"hunter2\""), "orders", "Kafka:sasl.password = ***: ", "Kafka:Client:sasl.password" },
        { Host(Good, ConfiguredHost.Servers + ", \"SaslUsername\": \"hunter2\""), "orders", "Kafka:SaslUsername = ***: ", "Kafka:Client:sasl.username" },
        { Host(Good, ConfiguredHost.Servers + ", \"ApiSecret\": \"hunter2\""), "orders", "Kafka:ApiSecret = ***: ", "Kafka:Client:sasl.password" },
        { Host(Good, ConfiguredHost.Servers + ", \"SaslMechanism\": \"ScramSha256\""), "orders", "Kafka:SaslMechanism = ScramSha256: ", "Kafka:Client:sasl.mechanism, with the value SCRAM-SHA-256" },
        { Host(Good, ConfiguredHost.Servers + ", \"SslCaLocation\": \"x\""), "orders", "Kafka:SslCaLocation = x: ", "Kafka:Client:ssl.ca.location" },
        { Host(Good, ConfiguredHost.Servers + ", \"ssl_ca_location\": \"x\""), "orders", "Kafka:ssl_ca_location = x: ", "Kafka:Client:ssl.ca.location" },
        { Host(Good, ConfiguredHost.Servers + ", \"ssl.truststore.location\": \"x\""), "orders", "Kafka:ssl.truststore.location = x: ", "ssl.ca.location with a PEM file" },
        { Host(Good, ConfiguredHost.Servers + ", \"sasl.jaas.config\": \"hunter2\""), "orders", "Kafka:sasl.jaas.config = ***: ", "sasl.username and sasl.password" },
        { Host(Good, ConfiguredHost.Servers + ", \"SessionTimeoutMs\": 1"), "orders", "Kafka:SessionTimeoutMs = 1: ", "use SessionTimeout" },
        { Host(Good, ConfiguredHost.Servers + ", \"Brokers\": \"a:1\""), "orders", "Kafka:Brokers = a:1: ", "write it as Kafka:BootstrapServers" },
        { Host(Good, ConfiguredHost.Servers + ", \"GroupName\": \"g\""), "orders", "Kafka:GroupName = g: ", "Kafka:Consumers:<name>:GroupId" },
        { Host(Good, ConfiguredHost.Servers + ", \"TopicPrefix\": \"eu\""), "orders", "Kafka:TopicPrefix = ***: is read by nobody", "like Kafka:Application:TopicPrefix" },
        { Host(Good, ConfiguredHost.Servers + ", \"Security\": { \"Protocol\": \"SaslSsl\" }"), "orders", "Kafka:Security:Protocol = SaslSsl: ", "Kafka:Client:security.protocol, with the value SASL_SSL" },
        { Host(Good, ConfiguredHost.Servers + ", \"Sasl\": { \"Password\": \"hunter2\" }"), "orders", "Kafka:Sasl:Password = ***: ", "Kafka:Client:sasl.password" },
        { Host(Good, ConfiguredHost.Servers + ", \"SecurityInformation\": { \"Ssl\": { \"CaLocation\": \"x\" } }"), "orders", "Kafka:SecurityInformation:Ssl:CaLocation = x: ", "Kafka:Client:ssl.ca.location" },
        { Host(Good, ConfiguredHost.Servers + ", \"Properties\": { \"security.protocol\": \"SSL\" }"), "orders", "Kafka:Properties:security.protocol = SSL: ", "Kafka:Client:security.protocol" },
        { Host(Good, ConfiguredHost.Servers + ", \"Clusters\": { \"west\": { \"SaslPassword\": \"hunter2\" } }"), "orders", "Kafka:Clusters:west:SaslPassword = ***: ", "Kafka:Clusters:west:Client:sasl.password" },
        { Host(Good, "\"BootstrapServers\": [\"kafka-1:9092\", \"kafka-2\"]"), "orders", "Kafka:BootstrapServers = kafka-1:9092,kafka-2: ", "write kafka-2:9092" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Cluster\": {}"), "orders", "Kafka:Cluster = { ... }: ", "move it to" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Clints\": { \"a\": \"b\" }"), "orders", "Kafka:Clints = { ... }: ", "did you mean Client?" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Clusters\": { \"w\": { \"Servers\": \"a:1\" } }"), "orders", "Kafka:Clusters:w:Servers = a:1: ", "write it as Kafka:Clusters:w:BootstrapServers" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\"", ConfiguredHost.Servers + ", \"Clusters\": { \"w\": { \"Zone\": \"a\" } }"), "orders", "Kafka:Clusters:w:Zone = ***: ", "BootstrapServers and Client" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\", \"Cluster\": \"east\"", ConfiguredHost.Servers + ", \"Clusters\": { \"west\": { \"BootstrapServers\": \"a:1\" } }"), "orders", Orders + "Cluster = east: ", "name one of west" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\""), "order", "Kafka:Consumers:orders = { ... }: ", "did you mean order?" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\""), "orders,orders", "AddKafkaConsumer(\"orders\") = orders: is registered twice", "Handle<THandler>()" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\""), "orders,Orders", "AddKafkaConsumer(\"Orders\") = Orders: differs from the registered 'orders' only in case", "a name of its own" },
        { Host("\"Partitions\": { \"a\": [0, 1] }, \"Workers\": 3"), "orders", Orders + "Workers = 3: ", "set it to 2 or less" },
        { Host("\"Partitions\": { \"a\": [0, 1] }, \"Commit\": { \"Strategy\": \"Sync\" }"), "orders", Orders + "Commit:Strategy = Sync: ", "give a GroupId" },
        { Host("\"Partitions\": { \"a\": [0, 1] }, \"GroupInstanceId\": \"a\""), "orders", Orders + "GroupInstanceId = a: ", "remove it" },
        { Host("\"Partitions\": { \"a\": [] }, \"Topics\": [\"b\"], \"GroupId\": \"g\", \"Enabled\": \"tru\""), "orders", Orders + "Enabled = tru: ", "true or false" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\", \"GroupInstanceId\": \"x\" }, \"payments\": { \"Topics\": [\"b\"], \"GroupId\": \"g\", \"GroupInstanceId\": \"x\""), "orders,payments", "Kafka:Consumers:payments:GroupInstanceId = x: ", "put {name} or {worker}" },
        { Host("\"Topics\": [\"a\"], \"GroupId\": \"g\" }, \"payments\": { \"Topics\": [\"b\"], \"GroupId\": \"g\", \"Assignor\": \"Range\""), "orders,payments", "Kafka:Consumers:payments:Assignor = Range: ", "set both to CooperativeSticky" },
    };

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Load_BadHost_NamesPathValueAndFix(string json, string consumers, string beginning, string fix)
    {
        var failures = ConfiguredHost.Builder(json, consumers.Split(',')).Failures();

        var failure = Assert.Single(failures, f => f.StartsWith(beginning, StringComparison.Ordinal));
        Assert.Contains(fix, failure, StringComparison.Ordinal);
        Assert.DoesNotContain(failures, f => f.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StartAsync_ManyProblemsInManyConsumers_OneExceptionHasThemAll()
    {
        // Both tables in one host: each row is a consumer of its own, so the host has a hundred problems.
        var rows = Sections.Select(row => row.Data).ToList();
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddKafkaConsumerConfiguration();
        builder.Services.AddSingleton(new HostIdentity("machine-1", _ => null));
        var json = string.Join(",\n", rows.Select((row, i) => $$""" "c{{i}}": { {{ConfiguredHost.Topics(row.Item1)}} "GroupId": "g{{i}}", {{row.Item1}} } """));
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(
            $$"""{ "Kafka": { {{ConfiguredHost.Servers}}, "Consumers": { {{json}} } } }""")));
        for (var i = 0; i < rows.Count; i++)
        {
            builder.Services.AddSingleton(new ConsumerDeclaration($"c{i}", null));
        }

        var started = new Started();
        builder.Services.AddSingleton<IHostedService>(started);
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.True(rows.Count >= 60);
        var failures = thrown.Failures.ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Contains(failures, f => f.StartsWith($"Kafka:Consumers:c{i}:{rows[i].Item2} = {rows[i].Item3}: ", StringComparison.Ordinal));
        }

        Assert.DoesNotContain("hunter2", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(
            [$"The Kafka consumers cannot start, because of {failures.Count} faults in what is configured or registered:", .. failures.Select(static failure => $"  - {failure}")],
            thrown.Message.Split(Environment.NewLine));
        Assert.False(started.HasStarted, "a hosted service started although the configuration is bad");
    }

    private static string Host(string section, string kafka = ConfiguredHost.Servers) =>
        $$"""{ "Kafka": { {{kafka}}{{(kafka.Length > 0 ? "," : "")}} "Consumers": { "orders": { {{section}} } } } }""";

    private sealed class Started : IHostedService
    {
        public bool HasStarted { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            HasStarted = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
