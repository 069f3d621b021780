using System.Globalization;

namespace Consumers.Framework.Testing.Mock;

/// <summary>
/// The process that runs a mock cluster for <see cref="ChildProcessMockCluster"/>. It ends when its standard input does, and that is when
/// its parent has gone, however it went.
/// </summary>
internal static class MockClusterProcess
{
    public const string Word = "embedded-kafka";

    public static int Main(string[] arguments)
    {
        if (arguments is not [Word, ..] || arguments.Length != 5)
        {
            Console.Error.WriteLine("This assembly is a library; its process is started by EmbeddedKafka with ChildProcess = true.");
            return 2;
        }

        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        try
        {
            using var cluster = new InProcessMockCluster(MockClusterStart.Parse(arguments.AsSpan(1)));
            output.WriteLine(MockProtocol.Answer(cluster.BootstrapServers));
            while (Console.In.ReadLine() is { } line)
            {
                output.WriteLine(Answer(cluster, line));
            }

            return 0;
        }
        catch (Exception e) when (e is EmbeddedKafkaException or DllNotFoundException or EntryPointNotFoundException)
        {
            output.WriteLine(MockProtocol.Failure(e));
            return 1;
        }
    }

    private static string Answer(InProcessMockCluster cluster, string line)
    {
        try
        {
            var (command, arguments) = MockProtocol.ParseLine(line);
            return MockProtocol.Answer(Execute(cluster, command, arguments));
        }
        catch (Exception e) when (e is PlatformNotSupportedException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return MockProtocol.Failure(e);
        }
    }

    private static string Execute(InProcessMockCluster cluster, MockCommand command, string[] words)
    {
        switch (command)
        {
            case MockCommand.GetRequests:
                return MockProtocol.FormatRequests(cluster.GetRequests());
            case MockCommand.StartRequestTracking:
                cluster.StartRequestTracking();
                return "0";
            case MockCommand.StopRequestTracking:
                cluster.StopRequestTracking();
                return "0";
            case MockCommand.ClearErrors:
                cluster.ClearErrors(Api(words[0]));
                return "0";
            default:
                return ((int)Change(cluster, command, words)).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static Confluent.Kafka.ErrorCode Change(InProcessMockCluster cluster, MockCommand command, string[] words) => command switch
    {
        MockCommand.CreateTopic => cluster.CreateTopic(words[0], Int(words[1]), Int(words[2])),
        MockCommand.DeleteTopic => cluster.DeleteTopic(words[0]),
        MockCommand.DeleteRecords => cluster.DeleteRecords(words[0], Int(words[1]), long.Parse(words[2], CultureInfo.InvariantCulture)),
        MockCommand.FailNext => cluster.FailNext(Api(words[0]), Error(words[1])),
        MockCommand.FailNextOnBroker => cluster.FailNextOnBroker(Int(words[0]), Api(words[1]), Error(words[2]), Int(words[3])),
        MockCommand.FailNextOnPartition => cluster.FailNextOnPartition(words[0], Int(words[1]), Api(words[2]), Error(words[3])),
        MockCommand.SetBrokerDown => cluster.SetBrokerDown(Int(words[0])),
        MockCommand.SetBrokerUp => cluster.SetBrokerUp(Int(words[0])),
        MockCommand.SetRoundTrip => cluster.SetRoundTrip(Int(words[0]), Int(words[1])),
        MockCommand.SetLeader => cluster.SetLeader(words[0], Int(words[1]), Int(words[2])),
        MockCommand.SetCoordinator => cluster.SetCoordinator(words[0], words[1], Int(words[2])),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "No such command."),
    };

    private static int Int(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static KafkaApi Api(string word) => (KafkaApi)short.Parse(word, CultureInfo.InvariantCulture);

    private static Confluent.Kafka.ErrorCode Error(string word) => (Confluent.Kafka.ErrorCode)Int(word);
}
