using System.Reflection;
using Consumers.Framework.Telemetry;
using Microsoft.Extensions.Logging;

namespace Consumers.Framework.Tests.Telemetry;

/// <summary>One log entry of an assembly, as its [LoggerMessage] says.</summary>
internal sealed record LogEntry(int Id, string? EventName, LogLevel Level, string Message, string Folder)
{
    /// <summary>The ranges of ids of each folder; each is a hundred wide. EventIds.cs lists them too.</summary>
    public static IReadOnlyDictionary<string, int[]> Ranges { get; } = new Dictionary<string, int[]>
    {
        ["Hosting"] = [1000],
        ["Configuration"] = [1100],
        ["Clients"] = [1200],
        ["Positions"] = [1200, 1300],
        ["Polling"] = [1200],
        ["Listeners"] = [1300],
        ["Leases"] = [1300, 1400],
        ["Dispatching"] = [1400],
        ["Handling"] = [1500],
        ["Failures"] = [1600],
        ["Committing"] = [1700],
        ["Health"] = [1800],
    };

    /// <summary>The category that it is logged under, without the framework's name. <see cref="Hosting.LogCategoryTests"/> compares it with what is logged.</summary>
    public string Category => (Id, Folder) switch
    {
        (EventIds.Client, _) => "Client",
        (EventIds.CompletionStopsHost or EventIds.ConsumerConfigured or EventIds.ConsumerDisabled or EventIds.ConfigurationWarning, _) => "Hosting.KafkaConsumersHostedService",
        _ => "Consumer",
    };

    public static IReadOnlyList<LogEntry> OfTheFramework() =>
        [.. typeof(ConsumersTelemetry).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(static method => (method, message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(static entry => entry.message is not null)
            .Select(static entry => new LogEntry(
                entry.message!.EventId, entry.message.EventName, entry.message.Level, entry.message.Message, FolderOf(entry.method.DeclaringType!)))
            .OrderBy(static entry => entry.Id)];

    public static IReadOnlyDictionary<int, string> Constants() => typeof(EventIds)
        .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(static field => field.IsLiteral)
        .GroupBy(static field => (int)field.GetRawConstantValue()!)
        .ToDictionary(static group => group.Key, static group => string.Join(" and ", group.Select(static field => field.Name)));

    /// <summary>What is wrong with entries and constants, in words; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<LogEntry> entries, IReadOnlyDictionary<int, string> constants)
    {
        var problems = new List<string>();
        problems.AddRange(entries.GroupBy(static entry => entry.Id).Where(static group => group.Count() > 1).Select(static group => $"{group.Key} is used {group.Count()} times."));
        problems.AddRange(entries.Where(static entry => string.IsNullOrEmpty(entry.EventName)).Select(static entry => $"{entry.Id} has no EventName."));
        problems.AddRange(entries.Where(static entry => !Ranges.TryGetValue(entry.Folder, out var ranges) || !ranges.Contains(entry.Id / 100 * 100))
            .Select(static entry => $"{entry.Id} is not in the range of {entry.Folder}."));
        problems.AddRange(entries.Where(entry => !constants.ContainsKey(entry.Id)).Select(static entry => $"{entry.Id} is no constant of EventIds."));
        problems.AddRange(entries.Where(static entry => entry.EventName is not null).GroupBy(static entry => entry.EventName).Where(static group => group.Count() > 1)
            .Select(static group => $"{group.Key} names {group.Count()} entries."));
        problems.AddRange(constants.Where(constant => entries.All(entry => entry.Id != constant.Key)).Select(static constant => $"{constant.Value} ({constant.Key}) logs nothing."));
        problems.AddRange(constants.Where(static constant => constant.Value.Contains(" and ", StringComparison.Ordinal)).Select(static constant => $"{constant.Value} share {constant.Key}."));
        return problems;
    }

    private static string FolderOf(Type type) => type.Namespace!["Consumers.Framework".Length..].TrimStart('.');
}
