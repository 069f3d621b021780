using System.Globalization;
using System.Text.Json;
using Consumers.Framework.Fleet.Member;
using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.History;

/// <summary>Reads the directory of a run.</summary>
internal static class HistoryReader
{
    /// <exception cref="FormatException">A line is none.</exception>
    public static RunHistory Read(RunDirectory directory) => new()
    {
        Settings = directory.ReadSettings(),
        Produced = [.. Lines(directory.Topic).Select(ParseRecord).OrderBy(static record => record.Partition).ThenBy(static record => record.Offset)],
        Commits = [.. Lines(directory.Commits).Select(ParseCommit)],
        Requests = [.. Lines(directory.Requests).SelectMany(ParseRequest)],
        Events = [.. Lines(directory.Events).Select(ParseEvent)],
        Members = [.. directory.Members.Select(member => ReadMember(directory, member))],
    };

    /// <summary>Reads the lines of a journal and of a log.</summary>
    public static MemberHistory ParseMember(string name, IEnumerable<string> journal, IEnumerable<string> log)
    {
        var handler = new List<HandlerEntry>();
        var rebalances = new List<RebalanceEntry>();
        var health = new List<HealthEntry>();
        var resources = new List<ResourceEntry>();
        foreach (var line in journal)
        {
            var words = line.Split(' ');
            var at = At(words);
            switch (words[2])
            {
                case "start" or "done" or "fail":
                    handler.Add(new HandlerEntry(
                        at, Enum.Parse<HandlerPhase>(words[2], ignoreCase: true), Int(words[3]), Long(words[4]), words[5], Long(words[6]), Int(words[7])));
                    break;
                case "rebalance":
                    var partitions = words[8].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Int);
                    rebalances.Add(new RebalanceEntry(
                        at, Int(words[3]), Enum.Parse<RebalanceKind>(words[4], ignoreCase: true), TimeSpan.FromMicroseconds(Long(words[6])), [.. partitions], Int(words[7])));
                    break;
                case "health":
                    health.Add(new HealthEntry(at, words[3], string.Join(' ', words.Skip(4))));
                    break;
                case "resources":
                    resources.Add(new ResourceEntry(at, words[3] == "idle", new ResourceReading(Int(words[4]), Int(words[5]), Int(words[6]), Int(words[7]))));
                    break;
                default:
                    throw new FormatException($"Not a line of a journal: {line}");
            }
        }

        return new MemberHistory { Name = name, Handler = handler, Rebalances = rebalances, Health = health, Resources = resources, Log = [.. log.Select(ParseLog)] };
    }

    /// <summary>Reads a line of the broker's request log; one for each partition of the request.</summary>
    public static IEnumerable<RequestedCommit> ParseRequest(string line)
    {
        var space = line.IndexOf(' ');
        using var document = JsonDocument.Parse(line.AsMemory(line.IndexOf('{')));
        var root = document.RootElement;
        var arrived = Long(line[..space]) - root.GetProperty("totalTimeMs").GetDouble();
        var client = root.GetProperty("requestHeader").GetProperty("clientId").GetString()!.Split('-');
        var errors = Partitions(root.GetProperty("response"))
            .ToDictionary(static partition => partition.GetProperty("partitionIndex").GetInt32(), static partition => partition.GetProperty("errorCode").GetInt32());
        return
        [
            .. from partition in Partitions(root.GetProperty("request"))
               let index = partition.GetProperty("partitionIndex").GetInt32()
               select new RequestedCommit(arrived, client[0], Int(client[1]), index, partition.GetProperty("committedOffset").GetInt64(), errors[index]),
        ];
    }

    private static IEnumerable<JsonElement> Partitions(JsonElement body) =>
        body.GetProperty("topics").EnumerateArray().SelectMany(static topic => topic.GetProperty("partitions").EnumerateArray());

    private static MemberHistory ReadMember(RunDirectory directory, string member) => ParseMember(member, Lines(directory.Journal(member)), Lines(directory.Log(member)));

    private static FleetEvent ParseEvent(string line)
    {
        var words = line.Split(' ');
        return new FleetEvent(At(words), words[2], words[3], words[4..]);
    }

    private static LogEntry ParseLog(string line)
    {
        var words = line.Split(' ', 6);
        return new LogEntry(At(words), words[2], words[4], words[5]);
    }

    private static ProducedRecord ParseRecord(string line) => line.Split(' ') is [var partition, var offset, var key, var number, var time]
        ? new ProducedRecord(Int(partition), Long(offset), key, Long(number), Long(time))
        : throw new FormatException($"Not a record: {line}");

    private static AcceptedCommit ParseCommit(string line) => line.Split(' ') is [var time, var partition, var offset, var epoch]
        ? new AcceptedCommit(Long(time), Int(partition), Long(offset), Int(epoch))
        : throw new FormatException($"Not a commit: {line}");

    private static Moment At(string[] words) => new(Long(words[0]), Long(words[1]));

    // The last line of a process that was killed is whole: each is one write.
    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];

    private static int Int(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    private static long Long(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
