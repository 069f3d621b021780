using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Consumers.Framework.Benchmarks.Reports;

/// <summary>Where, when and with what a run was made.</summary>
internal sealed record RunInformation
{
    private const string Project = "tests/Consumers.Framework.Benchmarks";

    public required DateTimeOffset Time { get; init; }

    public required string Command { get; init; }

    public required string Cpu { get; init; }

    public required int Cores { get; init; }

    public required long MemoryBytes { get; init; }

    public required string OperatingSystem { get; init; }

    public required string DotNet { get; init; }

    public required bool ServerGarbageCollection { get; init; }

    public required string Framework { get; init; }

    public required string ConfluentKafka { get; init; }

    public required string Librdkafka { get; init; }

    public required IReadOnlyList<string> Brokers { get; init; }

    public static RunInformation Collect(IEnumerable<string> arguments, IEnumerable<string> brokers) => new()
    {
        Time = DateTimeOffset.UtcNow,
        Command = $"dotnet run -c Release --project {Project} -- {string.Join(' ', arguments.Select(static word => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word))}",
        Cpu = CpuName(),
        Cores = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        OperatingSystem = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        DotNet = RuntimeInformation.FrameworkDescription,
        ServerGarbageCollection = GCSettings.IsServerGC,
        Framework = VersionOf(typeof(ConsumeContext)),
        ConfluentKafka = VersionOf(typeof(Library)),
        Librdkafka = Library.VersionString,
        Brokers = [.. brokers],
    };

    /// <summary>The line above a table.</summary>
    public string ToSentence() =>
        $"{Time:yyyy-MM-dd}, {Cpu}, {Cores} cores shared by broker and consumer, {OperatingSystem}, {DotNet}, " +
        $"{string.Join("; ", Brokers.Prepend($"Confluent.Kafka {ConfluentKafka}, librdkafka {Librdkafka}"))}.";

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static string CpuName()
    {
        const string file = "/proc/cpuinfo";
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
